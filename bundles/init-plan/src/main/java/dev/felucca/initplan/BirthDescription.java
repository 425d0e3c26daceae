package dev.felucca.initplan;

import java.util.List;
import java.util.function.Predicate;

/**
 * What the compiler must know about a birth beside the spec. Namespaces are not here: a {@code linux.namespaces} entry with a
 * path is joined, one without is made (by clone flags; time by unshare before the clone, cgroup after placement).
 *
 * @param containerId names the session keyring
 * @param procsSlots how many {@code tasks} or {@code cgroup.procs} descriptors init writes itself into
 * @param bornInGroup whether init is born into the v2 group, whose directory is given. With neither the engine places it, at the
 *     barrier CGROUP_PLACED
 * @param savedRlimits what holds for resources that the spec does not name: the limits that the engine itself had before the
 *     JVM raised them
 * @param deathSignal what init gets when the engine dies; 0 for nothing
 * @param cgroups the host's hierarchies, for a mount of that type
 * @param directory whether a path of the host is a directory: decides what a bind's target is made as
 */
public record BirthDescription(
        String containerId,
        int procsSlots,
        boolean bornInGroup,
        List<ProcessOp.Rlimit> savedRlimits,
        int deathSignal,
        HostCgroups cgroups,
        Predicate<String> directory) {
    public BirthDescription {
        savedRlimits = List.copyOf(savedRlimits);
    }
}

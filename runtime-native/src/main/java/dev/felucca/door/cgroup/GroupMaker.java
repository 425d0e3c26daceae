package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.door.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Makes a group's directories. It is tried as if the parents were there, and they are made when the kernel says that they
 * are not: nothing has to be looked at on the usual way, and a parent that somebody removed comes back.
 */
final class GroupMaker {
    /** How often a parent may vanish under our hands (another engine's tidying) before it is an error. */
    private static final int TRIES = 20;

    private final Controllers controllers;

    GroupMaker(Controllers controllers) {
        this.controllers = controllers;
    }

    /** The new directories, one a hierarchy; on failure none is left. Fails with EEXIST if one is there already. */
    List<GroupDir> make(String cgroupsPath, LinuxResources resources) {
        List<GroupDir> made = new ArrayList<>();
        try {
            for (Hierarchy h : controllers.layout().hierarchies()) {
                GroupDir group = h.group(cgroupsPath);
                if (h.unified()) {
                    makeUnified(group, controllers.neededInV2(resources));
                } else {
                    make(group);
                }
                made.add(group);
                controllers.apply(h, group);
            }
            return made;
        } catch (RuntimeException e) {
            remove(made, e);
            throw e;
        }
    }

    /** Makes what is missing of a group that is there in some hierarchies. */
    void complete(String cgroupsPath, LinuxResources resources) {
        for (Hierarchy h : controllers.layout().hierarchies()) {
            GroupDir group = h.group(cgroupsPath);
            if (!group.exists()) {
                make(group);
            }
            if (h.unified()) {
                enable(group, controllers.neededInV2(resources));
            }
            controllers.apply(h, group);
        }
    }

    /** What goes wrong here is added to the failure that is being reported. */
    static void remove(List<GroupDir> made, RuntimeException failure) {
        for (GroupDir group : made) {
            try {
                if (!group.remove()) {
                    failure.addSuppressed(EngineException.internal(group.path() + " is left: it is busy", null));
                }
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static void make(GroupDir group) {
        for (int i = 0; ; i++) {
            try {
                group.make();
                return;
            } catch (KernelException e) {
                if (e.errno() != Errno.ENOENT || i == TRIES || group.isRoot()) {
                    throw e;
                }
                makeParent(group.parent());
            }
        }
    }

    private static void makeParent(GroupDir parent) {
        try {
            make(parent);
        } catch (KernelException e) {
            if (e.errno() == Errno.EEXIST) {
                return;
            }
            throw e;
        }
        if (parent.hierarchy().controllers().contains("cpuset") && !parent.unified()) {
            CpusetController.inheritable(parent);
        }
    }

    private static void makeUnified(GroupDir group, Set<String> needed) {
        make(group);
        if (needed.isEmpty()) {
            return;
        }
        try {
            enable(group, needed);
        } catch (RuntimeException e) {
            remove(List.of(group), e);
            throw e;
        }
    }

    /**
     * Makes controllers available in a v2 group by switching them on in all the groups above it, from the top. The group's
     * own cgroup.controllers tells at once whether anything is to be done; the kernel shows a controller there before it has made
     * its files, hence one at a time.
     */
    static synchronized void enable(GroupDir group, Set<String> needed) {
        if (words(group.read("cgroup.controllers")).containsAll(needed) || group.isRoot()) {
            return;
        }
        GroupDir parent = group.parent();
        enable(parent, needed);
        List<String> on = words(parent.read("cgroup.subtree_control"));
        List<String> missing =
                needed.stream().filter(c -> !on.contains(c)).map(c -> "+" + c).toList();
        if (!missing.isEmpty()) {
            parent.write(
                    "cgroup.subtree_control",
                    String.join(" ", missing),
                    () -> "EBUSY means that processes are in " + parent.path()
                            + " itself; a v2 group has either processes"
                            + " or controllers for its children, so move them to a group below it. ENOENT means that the"
                            + " group above does not pass the controller on");
        }
    }

    private static List<String> words(String text) {
        return Arrays.asList(text.strip().split("\\s+"));
    }
}

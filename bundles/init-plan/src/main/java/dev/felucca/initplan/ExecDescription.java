package dev.felucca.initplan;

import dev.felucca.door.NamespaceType;
import java.util.List;
import java.util.Map;

/**
 * What the compiler must know about a process that is executed in a running container.
 *
 * @param namespaces what is joined, with paths such as {@code /proc/PID/ns/net}: every namespace that is not the host's
 * @param procsSlots as in {@link BirthDescription}, as are {@code savedRlimits} and {@code deathSignal}
 */
public record ExecDescription(
        String containerId,
        Map<NamespaceType, String> namespaces,
        int procsSlots,
        List<ProcessOp.Rlimit> savedRlimits,
        int deathSignal) {
    public ExecDescription {
        namespaces = Map.copyOf(namespaces);
        savedRlimits = List.copyOf(savedRlimits);
    }
}

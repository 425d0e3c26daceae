package dev.felucca.api.namespace;

import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.LinuxTimeOffset;
import java.util.Map;
import java.util.Set;

/**
 * What a container wants of its namespaces; a type in neither set is the host's.
 *
 * @param fresh types that shall be new
 * @param joined types that are another's, with the path of the namespace (such as /proc/PID/ns/net)
 * @param timeOffsets offsets of a new time namespace by clock ({@code monotonic}, {@code boottime}); may be empty
 * @param ahead those of the fresh types that have to be there, with a path, before init is: a network namespace that a network
 *     is to be connected to
 */
public record NamespaceRequest(
        String containerId,
        Set<LinuxNamespaceType> fresh,
        Map<LinuxNamespaceType, String> joined,
        Map<String, LinuxTimeOffset> timeOffsets,
        Set<LinuxNamespaceType> ahead) {
    public NamespaceRequest {
        fresh = Set.copyOf(fresh);
        joined = Map.copyOf(joined);
        timeOffsets = Map.copyOf(timeOffsets);
        ahead = Set.copyOf(ahead);
    }

    /** With nothing that has to be there before init. */
    public NamespaceRequest(
            String containerId,
            Set<LinuxNamespaceType> fresh,
            Map<LinuxNamespaceType, String> joined,
            Map<String, LinuxTimeOffset> timeOffsets) {
        this(containerId, fresh, joined, timeOffsets, Set.of());
    }
}

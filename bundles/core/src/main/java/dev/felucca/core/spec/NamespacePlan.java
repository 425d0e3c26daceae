package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.LinuxTimeOffset;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/** What a container wants of its namespaces. */
public final class NamespacePlan {
    private NamespacePlan() {}

    /**
     * The request for a namespace strategy. A mount namespace of its own is what makes a container; a time namespace exists
     * only if offsets are asked for.
     *
     * @param connected whether its network namespace will be connected to a network
     * @param pidOf init's pid of a running container, by id or name; it throws for one that does not run
     */
    public static NamespaceRequest request(
            String containerId, HostConfig host, boolean connected, ToIntFunction<String> pidOf) {
        Set<LinuxNamespaceType> fresh = EnumSet.of(LinuxNamespaceType.MOUNT);
        Map<LinuxNamespaceType, String> joined = new EnumMap<>(LinuxNamespaceType.class);
        modes(host).forEach((type, mode) -> {
            switch (mode.kind()) {
                case OWN -> fresh.add(type);
                case HOST -> {}
                case CONTAINER ->
                    joined.put(type, "/proc/" + pidOf.applyAsInt(mode.container()) + "/ns/" + type.procName());
            }
        });
        Map<String, LinuxTimeOffset> offsets = timeOffsets(host);
        if (!offsets.isEmpty()) {
            fresh.add(LinuxNamespaceType.TIME);
        }
        return new NamespaceRequest(
                containerId, fresh, joined, offsets, connected ? EnumSet.of(LinuxNamespaceType.NETWORK) : Set.of());
    }

    /** The mode of each kind that has one; INVALID or UNSUPPORTED names the wrong one. */
    static Map<LinuxNamespaceType, NamespaceMode> modes(HostConfig host) {
        Map<LinuxNamespaceType, NamespaceMode> modes = new EnumMap<>(LinuxNamespaceType.class);
        modes.put(LinuxNamespaceType.NETWORK, NamespaceMode.network(host));
        modes.put(LinuxNamespaceType.PID, NamespaceMode.pid(host));
        modes.put(LinuxNamespaceType.IPC, NamespaceMode.ipc(host));
        modes.put(LinuxNamespaceType.UTS, NamespaceMode.uts(host));
        modes.put(LinuxNamespaceType.CGROUP, NamespaceMode.cgroup(host));
        return modes;
    }

    static Map<String, LinuxTimeOffset> timeOffsets(HostConfig host) {
        Map<String, LinuxTimeOffset> offsets = new TreeMap<>();
        host.timeOffsets().forEach((clock, seconds) -> {
            if (!clock.equals("monotonic") && !clock.equals("boottime")) {
                throw EngineException.invalid(
                        "invalid time offset: unknown clock \"" + clock + "\"; known are monotonic and boottime");
            }
            offsets.put(clock, new LinuxTimeOffset(seconds, 0));
        });
        return offsets;
    }
}

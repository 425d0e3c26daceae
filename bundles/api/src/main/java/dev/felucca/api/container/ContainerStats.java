package dev.felucca.api.container;

import dev.felucca.api.cgroup.CgroupStats;
import java.time.Instant;
import java.util.Map;

/**
 * What a running container has used.
 *
 * @param cgroup its control group's figures
 * @param networks by device, such as {@code eth0}; empty with the host's network, or none
 * @param systemCpuNanos processor time that this host has spent in all, idle included, on all processors
 */
public record ContainerStats(
        Instant read, CgroupStats cgroup, Map<String, Traffic> networks, long systemCpuNanos, int processors) {
    public ContainerStats {
        networks = Map.copyOf(networks);
    }

    /** The counters of a network device, as proc_pid_net(5) has them in {@code net/dev}. */
    public record Traffic(
            long rxBytes,
            long rxPackets,
            long rxErrors,
            long rxDropped,
            long txBytes,
            long txPackets,
            long txErrors,
            long txDropped) {}
}

package dev.felucca.api.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * Limits of a container, by cgroup subsystem. In an update, what is not said stays as it is.
 *
 * @param rdma by device name
 * @param unified cgroup v2 files and what is written to them
 */
public record LinuxResources(
        List<LinuxDeviceCgroup> devices,
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = EmptyObject.class) LinuxMemory memory,
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = EmptyObject.class) LinuxCpu cpu,
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = EmptyObject.class) LinuxPids pids,
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = EmptyObject.class) LinuxBlockIo blockIO,
        List<LinuxHugepageLimit> hugepageLimits,
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = EmptyObject.class) LinuxNetwork network,
        Map<String, LinuxRdma> rdma,
        Map<String, String> unified) {
    public static final LinuxResources EMPTY = new LinuxResources(
            List.of(),
            LinuxMemory.EMPTY,
            LinuxCpu.EMPTY,
            LinuxPids.EMPTY,
            LinuxBlockIo.EMPTY,
            List.of(),
            LinuxNetwork.EMPTY,
            Map.of(),
            Map.of());

    public LinuxResources {
        devices = Copies.of(devices);
        memory = memory == null ? LinuxMemory.EMPTY : memory;
        cpu = cpu == null ? LinuxCpu.EMPTY : cpu;
        pids = pids == null ? LinuxPids.EMPTY : pids;
        blockIO = blockIO == null ? LinuxBlockIo.EMPTY : blockIO;
        hugepageLimits = Copies.of(hugepageLimits);
        network = network == null ? LinuxNetwork.EMPTY : network;
        rdma = Copies.of(rdma);
        unified = Copies.of(unified);
    }

    public LinuxResources withDevices(List<LinuxDeviceCgroup> other) {
        return new LinuxResources(other, memory, cpu, pids, blockIO, hugepageLimits, network, rdma, unified);
    }

    public LinuxResources withMemory(LinuxMemory other) {
        return new LinuxResources(devices, other, cpu, pids, blockIO, hugepageLimits, network, rdma, unified);
    }

    public LinuxResources withCpu(LinuxCpu other) {
        return new LinuxResources(devices, memory, other, pids, blockIO, hugepageLimits, network, rdma, unified);
    }

    public LinuxResources withPids(LinuxPids other) {
        return new LinuxResources(devices, memory, cpu, other, blockIO, hugepageLimits, network, rdma, unified);
    }

    public LinuxResources withBlockIo(LinuxBlockIo other) {
        return new LinuxResources(devices, memory, cpu, pids, other, hugepageLimits, network, rdma, unified);
    }

    public LinuxResources withHugepageLimits(List<LinuxHugepageLimit> other) {
        return new LinuxResources(devices, memory, cpu, pids, blockIO, other, network, rdma, unified);
    }

    public LinuxResources withNetwork(LinuxNetwork other) {
        return new LinuxResources(devices, memory, cpu, pids, blockIO, hugepageLimits, other, rdma, unified);
    }

    public LinuxResources withUnified(Map<String, String> other) {
        return new LinuxResources(devices, memory, cpu, pids, blockIO, hugepageLimits, network, rdma, other);
    }
}

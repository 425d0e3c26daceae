package dev.felucca.core.spec;

import dev.felucca.api.container.Resources;
import dev.felucca.api.container.Resources.DeviceRate;
import dev.felucca.api.spec.LinuxBlockIo;
import dev.felucca.api.spec.LinuxCpu;
import dev.felucca.api.spec.LinuxDeviceCgroup;
import dev.felucca.api.spec.LinuxMemory;
import dev.felucca.api.spec.LinuxPids;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.LinuxThrottleDevice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Docker's limits as the specification's. What {@link ResourceChecks} has not refused. Also for updates of a running
 * container, which leave the device rules alone.
 */
public final class ResourceLimits {
    /** Microseconds; the kernel's default. */
    private static final long PERIOD = 100_000;

    private ResourceLimits() {}

    /** Limits without device rules; INVALID in docker's words for what makes no sense. */
    public static LinuxResources checked(Resources limits) {
        ResourceChecks.check(limits, HostFacts.here());
        return of(limits, List.of());
    }

    static LinuxResources of(Resources r, List<LinuxDeviceCgroup> rules) {
        Long pids = r.pidsLimit();
        return LinuxResources.EMPTY
                .withDevices(rules)
                .withMemory(memory(r))
                .withCpu(cpu(r))
                .withPids(pids == null || pids <= 0 ? LinuxPids.EMPTY : new LinuxPids(pids))
                .withBlockIo(blockIo(r));
    }

    /** With a memory limit alone, as much again of swap. */
    private static LinuxMemory memory(Resources r) {
        Long limit = said(r.memory());
        Long swap = said(r.memorySwap());
        if (limit != null && swap == null) {
            swap = limit > Long.MAX_VALUE / 2 ? -1 : limit * 2;
        }
        Long swappiness = r.memorySwappiness();
        Boolean disable = r.oomKillDisable();
        return LinuxMemory.EMPTY
                .withLimit(limit)
                .withSwap(swap)
                .withReservation(said(r.memoryReservation()))
                .withSwappiness(swappiness != null && swappiness == -1 ? null : swappiness)
                .withDisableOomKiller(Boolean.TRUE.equals(disable) ? disable : null);
    }

    private static LinuxCpu cpu(Resources r) {
        Long nano = said(r.nanoCpus());
        return LinuxCpu.EMPTY
                .withShares(said(r.cpuShares()))
                .withQuota(
                        nano == null ? said(r.cpuQuota()) : Long.valueOf(nano * PERIOD / 1_000_000_000),
                        nano == null ? said(r.cpuPeriod()) : Long.valueOf(PERIOD))
                .withRealtime(said(r.cpuRealtimeRuntime()), said(r.cpuRealtimePeriod()))
                .withCpus(said(r.cpusetCpus()))
                .withMems(said(r.cpusetMems()));
    }

    private static LinuxBlockIo blockIo(Resources r) {
        Integer weight = r.blkioWeight();
        return new LinuxBlockIo(
                weight != null && weight == 0 ? null : weight,
                null,
                List.of(),
                throttles(r.blkioDeviceReadBps()),
                throttles(r.blkioDeviceWriteBps()),
                throttles(r.blkioDeviceReadIops()),
                throttles(r.blkioDeviceWriteIops()));
    }

    private static List<LinuxThrottleDevice> throttles(List<DeviceRate> rates) {
        return rates.stream().map(BlockDevices::throttle).toList();
    }

    private static @Nullable Long said(@Nullable Long number) {
        return number == null || number == 0 ? null : number;
    }

    private static @Nullable String said(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}

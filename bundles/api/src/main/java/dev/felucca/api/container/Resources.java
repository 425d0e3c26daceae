package dev.felucca.api.container;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Limits in docker's terms. Null means not limited by the request. Sizes in bytes.
 *
 * @param memorySwap memory plus swap; -1 is unlimited
 * @param nanoCpus billionths of a CPU ({@code --cpus}); excludes period and quota
 * @param cpuPeriod and cpuQuota in microseconds
 * @param blkioWeight 10 to 1000
 * @param pidsLimit -1 is unlimited
 */
public record Resources(
        @Nullable Long memory,
        @Nullable Long memoryReservation,
        @Nullable Long memorySwap,
        @Nullable Long memorySwappiness,
        @Nullable Boolean oomKillDisable,
        @Nullable Long nanoCpus,
        @Nullable Long cpuShares,
        @Nullable Long cpuPeriod,
        @Nullable Long cpuQuota,
        @Nullable Long cpuRealtimePeriod,
        @Nullable Long cpuRealtimeRuntime,
        @Nullable String cpusetCpus,
        @Nullable String cpusetMems,
        @Nullable Integer blkioWeight,
        List<DeviceRate> blkioDeviceReadBps,
        List<DeviceRate> blkioDeviceWriteBps,
        List<DeviceRate> blkioDeviceReadIops,
        List<DeviceRate> blkioDeviceWriteIops,
        @Nullable Long pidsLimit,
        List<String> deviceCgroupRules) {

    public Resources {
        blkioDeviceReadBps = orEmpty(blkioDeviceReadBps);
        blkioDeviceWriteBps = orEmpty(blkioDeviceWriteBps);
        blkioDeviceReadIops = orEmpty(blkioDeviceReadIops);
        blkioDeviceWriteIops = orEmpty(blkioDeviceWriteIops);
        deviceCgroupRules = orEmpty(deviceCgroupRules);
    }

    /** No limits. */
    public static final Resources NONE = new Resources(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, List.of(), List.of(),
            List.of(), List.of(), null, List.of());

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /** These where they say something, else the others; {@code nanoCpus} takes the place of period and quota, and they of it. */
    public Resources over(Resources base) {
        boolean cpus = nanoCpus != null;
        boolean quota = cpuPeriod != null || cpuQuota != null;
        return new Resources(
                or(memory, base.memory),
                or(memoryReservation, base.memoryReservation),
                or(memorySwap, base.memorySwap),
                or(memorySwappiness, base.memorySwappiness),
                or(oomKillDisable, base.oomKillDisable),
                quota ? nanoCpus : or(nanoCpus, base.nanoCpus),
                or(cpuShares, base.cpuShares),
                cpus ? cpuPeriod : or(cpuPeriod, base.cpuPeriod),
                cpus ? cpuQuota : or(cpuQuota, base.cpuQuota),
                or(cpuRealtimePeriod, base.cpuRealtimePeriod),
                or(cpuRealtimeRuntime, base.cpuRealtimeRuntime),
                or(cpusetCpus, base.cpusetCpus),
                or(cpusetMems, base.cpusetMems),
                or(blkioWeight, base.blkioWeight),
                or(blkioDeviceReadBps, base.blkioDeviceReadBps),
                or(blkioDeviceWriteBps, base.blkioDeviceWriteBps),
                or(blkioDeviceReadIops, base.blkioDeviceReadIops),
                or(blkioDeviceWriteIops, base.blkioDeviceWriteIops),
                or(pidsLimit, base.pidsLimit),
                or(deviceCgroupRules, base.deviceCgroupRules));
    }

    private static <T> @Nullable T or(@Nullable T own, @Nullable T other) {
        return own == null ? other : own;
    }

    private static <T> List<T> or(List<T> own, List<T> other) {
        return own.isEmpty() ? other : own;
    }

    /** @param rate bytes or operations a second */
    public record DeviceRate(String path, long rate) {}
}

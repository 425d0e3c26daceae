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

    /** @param rate bytes or operations a second */
    public record DeviceRate(String path, long rate) {}
}

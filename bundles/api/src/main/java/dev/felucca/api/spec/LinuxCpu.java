package dev.felucca.api.spec;

import org.jspecify.annotations.Nullable;

/**
 * CPU limits.
 *
 * @param shares relative weight, 2 to 262144, 1024 by default
 * @param quota microseconds a {@code period}; -1 means unlimited
 * @param burst microseconds that may be saved up
 * @param period microseconds
 * @param realtimeRuntime microseconds a {@code realtimePeriod}
 * @param realtimePeriod microseconds
 * @param cpus list such as {@code 0-3,7} (cpuset(7))
 * @param mems NUMA nodes, as a list
 * @param idle 1 makes it SCHED_IDLE towards its siblings
 */
public record LinuxCpu(
        @Nullable Long shares,
        @Nullable Long quota,
        @Nullable Long burst,
        @Nullable Long period,
        @Nullable Long realtimeRuntime,
        @Nullable Long realtimePeriod,
        @Nullable String cpus,
        @Nullable String mems,
        @Nullable Long idle) {
    public static final LinuxCpu EMPTY = new LinuxCpu(null, null, null, null, null, null, null, null, null);

    public LinuxCpu withShares(@Nullable Long other) {
        return new LinuxCpu(other, quota, burst, period, realtimeRuntime, realtimePeriod, cpus, mems, idle);
    }

    /** Both in microseconds. */
    public LinuxCpu withQuota(@Nullable Long micros, @Nullable Long periodMicros) {
        return new LinuxCpu(shares, micros, burst, periodMicros, realtimeRuntime, realtimePeriod, cpus, mems, idle);
    }

    public LinuxCpu withRealtime(@Nullable Long runtimeMicros, @Nullable Long periodMicros) {
        return new LinuxCpu(shares, quota, burst, period, runtimeMicros, periodMicros, cpus, mems, idle);
    }

    public LinuxCpu withCpus(@Nullable String list) {
        return new LinuxCpu(shares, quota, burst, period, realtimeRuntime, realtimePeriod, list, mems, idle);
    }

    public LinuxCpu withMems(@Nullable String list) {
        return new LinuxCpu(shares, quota, burst, period, realtimeRuntime, realtimePeriod, cpus, list, idle);
    }
}

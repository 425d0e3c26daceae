package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxCpu;
import dev.felucca.api.spec.LinuxResources;

/** CPU weight, bandwidth and real-time budget. */
final class CpuController extends Controller {
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262_144;
    private static final String RT_HINT =
            "the parent group needs a real-time budget at least as large (cpu.rt_runtime_us),"
                    + " and the kernel CONFIG_RT_GROUP_SCHED";
    private static final String BURST_HINT = "a burst is no more than the quota";
    private static final String QUOTA_HINT =
            "a quota is at least 1000 microseconds and no more a period than the parent's;"
                    + " a period is 1000 to 1000000";

    CpuController() {
        super("cpu", "cpu");
    }

    @Override
    String limits(LinuxResources r) {
        LinuxCpu c = r.cpu();
        if (isSet(c.realtimePeriod()) || isSet(c.realtimeRuntime())) {
            return "a real-time CPU budget";
        }
        boolean quota = isSet(c.quota()) || isSet(c.period()) || c.burst() != null;
        return quota ? "a CPU quota" : isSet(c.shares()) || c.idle() != null ? "a CPU weight" : "";
    }

    @Override
    void set(GroupDir group, LinuxResources r, boolean fresh) {
        LinuxCpu c = r.cpu();
        long shares = orZero(c.shares());
        if (shares != 0 && (shares < MIN_SHARES || shares > MAX_SHARES)) {
            throw EngineException.invalid(
                    "CPU shares of " + shares + ": the kernel takes 2 to 262144, 1024 is the default");
        }
        if (group.unified()) {
            setV2(group, c);
        } else {
            setV1(group, c);
        }
        if (c.idle() != null) {
            group.write("cpu.idle", c.idle().toString());
        }
    }

    private static void setV1(GroupDir group, LinuxCpu c) {
        write(group, "cpu.shares", orZero(c.shares()), "");
        write(group, "cpu.rt_period_us", orZero(c.realtimePeriod()), RT_HINT);
        write(group, "cpu.rt_runtime_us", orZero(c.realtimeRuntime()), RT_HINT);
        setBandwidth(group, orZero(c.quota()), orZero(c.period()));
        if (c.burst() != null) {
            group.write("cpu.cfs_burst_us", c.burst().toString(), () -> BURST_HINT);
        }
    }

    /** The kernel checks quota / period at each write against the parent's, so the write that lowers the ratio goes first. */
    private static void setBandwidth(GroupDir group, long quota, long period) {
        boolean quotaFirst =
                quota < 0 || (quota != 0 && period != 0 && period < StatsBuilder.number(group, "cpu.cfs_period_us"));
        if (quotaFirst) {
            write(group, "cpu.cfs_quota_us", quota, QUOTA_HINT);
        }
        write(group, "cpu.cfs_period_us", period, QUOTA_HINT);
        if (!quotaFirst) {
            write(group, "cpu.cfs_quota_us", quota, QUOTA_HINT);
        }
    }

    private static void setV2(GroupDir group, LinuxCpu c) {
        if (isSet(c.realtimePeriod()) || isSet(c.realtimeRuntime())) {
            throw onlyV1("a real-time CPU budget");
        }
        long shares = orZero(c.shares());
        if (shares != 0) {
            group.write("cpu.weight", Long.toString(Weights.cpu(shares)));
        }
        long quota = orZero(c.quota());
        long period = orZero(c.period());
        if (quota != 0 || period != 0) {
            String max = quota != 0 ? orMax(quota) : group.read("cpu.max").split(" ")[0];
            group.write("cpu.max", period != 0 ? max + " " + period : max, () -> QUOTA_HINT);
        }
        if (c.burst() != null) {
            group.write("cpu.max.burst", c.burst().toString(), () -> BURST_HINT);
        }
    }

    private static void write(GroupDir group, String file, long value, String hint) {
        if (value != 0) {
            group.write(file, Long.toString(value), () -> hint);
        }
    }

    @Override
    void stats(GroupDir group, StatsBuilder into) {
        var stat = StatsBuilder.keyed(group.readIfThere("cpu.stat"));
        into.periods = stat.getOrDefault("nr_periods", -1L);
        into.throttledPeriods = stat.getOrDefault("nr_throttled", -1L);
        into.throttledTime = group.unified()
                ? CpuacctController.nanos(stat.getOrDefault("throttled_usec", -1L))
                : stat.getOrDefault("throttled_time", -1L);
    }
}

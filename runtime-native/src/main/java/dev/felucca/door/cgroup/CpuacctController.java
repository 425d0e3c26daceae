package dev.felucca.door.cgroup;

import dev.felucca.api.spec.LinuxResources;
import java.util.Arrays;
import java.util.List;

/** CPU time used: cpuacct.* on v1; every v2 group counts it in cpu.stat. Limits nothing. */
final class CpuacctController extends Controller {
    CpuacctController() {
        super("cpuacct", "", true);
    }

    @Override
    String limits(LinuxResources r) {
        return "";
    }

    @Override
    void set(GroupDir group, LinuxResources r, boolean fresh) {}

    @Override
    void stats(GroupDir group, StatsBuilder into) {
        if (group.unified()) {
            var stat = StatsBuilder.keyed(group.readIfThere("cpu.stat"));
            into.cpuUsage = nanos(stat.getOrDefault("usage_usec", -1L));
            into.cpuUser = nanos(stat.getOrDefault("user_usec", -1L));
            into.cpuSystem = nanos(stat.getOrDefault("system_usec", -1L));
            return;
        }
        into.cpuUsage = StatsBuilder.number(group, "cpuacct.usage");
        into.cpuUser = StatsBuilder.number(group, "cpuacct.usage_user");
        into.cpuSystem = StatsBuilder.number(group, "cpuacct.usage_sys");
        into.perCpu = group.readIfThere("cpuacct.usage_percpu")
                .map(t -> Arrays.stream(t.strip().split("\\s+"))
                        .map(StatsBuilder::number)
                        .toList())
                .orElse(List.of());
    }

    static long nanos(long micros) {
        return micros < 0 ? -1 : micros * 1000;
    }
}

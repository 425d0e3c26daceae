package dev.felucca.door.cgroup;

import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.spec.LinuxResources;

/** How many tasks there may be: pids.max, the same on v1 and v2. */
final class PidsController extends Controller {
    PidsController() {
        super("pids", "pids");
    }

    @Override
    String limits(LinuxResources r) {
        Long limit = r.pids().limit();
        return limit != null && limit > 0 ? "a limit of processes" : "";
    }

    @Override
    void set(GroupDir group, LinuxResources r, boolean fresh) {
        Long limit = r.pids().limit();
        if (limit == null || (fresh && limit <= 0)) {
            return;
        }
        group.write("pids.max", limit <= 0 ? "max" : Long.toString(limit));
    }

    @Override
    void stats(GroupDir group, StatsBuilder into) {
        into.pids = new CgroupStats.Pids(
                StatsBuilder.number(group, "pids.current"), StatsBuilder.number(group, "pids.max"));
    }
}

package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.spec.LinuxMemory;
import dev.felucca.api.spec.LinuxResources;

/** Memory and swap; the two versions differ so much that {@link MemoryV1} and {@link MemoryV2} write the limits. */
final class MemoryController extends Controller {
    /** Docker's least memory limit: with less, the kernel has no room to start a program and says so by killing it. */
    static final long MINIMUM = 6L << 20;

    MemoryController() {
        super("memory", "memory");
    }

    @Override
    String limits(LinuxResources r) {
        LinuxMemory m = r.memory();
        if (isSet(m.limit())) {
            return "a memory limit";
        }
        if (isSet(m.swap())) {
            return "a swap limit";
        }
        if (isSet(m.reservation())) {
            return "a memory reservation";
        }
        if (m.swappiness() != null) {
            return "swappiness";
        }
        if (isSet(m.kernel()) || isSet(m.kernelTCP())) {
            return "a limit of kernel memory";
        }
        return Boolean.TRUE.equals(m.disableOOMKiller()) ? "a disabled OOM killer" : "";
    }

    @Override
    void set(GroupDir group, LinuxResources r, boolean fresh) {
        LinuxMemory m = r.memory();
        if (m.equals(LinuxMemory.EMPTY)) {
            return;
        }
        check(m);
        if (group.unified()) {
            MemoryV2.set(group, m);
        } else {
            MemoryV1.set(group, m, fresh);
        }
    }

    private static void check(LinuxMemory m) {
        long limit = orZero(m.limit());
        if (limit > 0 && limit < MINIMUM) {
            throw EngineException.invalid("a memory limit of " + limit
                    + " bytes is too low: no program can be started with" + " less than " + MINIMUM + " (6 MiB)");
        }
        if (orZero(m.kernel()) > 0) {
            throw EngineException.unsupported(
                    "a limit of kernel memory of " + m.kernel() + " bytes: the kernel has given it"
                            + " up (Linux 5.16); kernel memory counts against the memory limit");
        }
        long swap = orZero(m.swap());
        if (limit != 0 && swap > 0 && (limit < 0 || swap < limit)) {
            throw EngineException.invalid(
                    "memory and swap together (" + swap + ") must not be less than the memory limit (" + limit + ")");
        }
        if (Boolean.FALSE.equals(m.useHierarchy())) {
            throw EngineException.unsupported("memory.use_hierarchy can no longer be switched off (Linux 5.11)");
        }
    }

    @Override
    void stats(GroupDir group, StatsBuilder into) {
        var detail = StatsBuilder.keyed(group.readIfThere("memory.stat"));
        into.memory = group.unified()
                ? new CgroupStats.Memory(
                        StatsBuilder.number(group, "memory.current"),
                        StatsBuilder.number(group, "memory.peak"),
                        StatsBuilder.number(group, "memory.max"),
                        StatsBuilder.keyed(group.readIfThere("memory.events")).getOrDefault("max", -1L),
                        detail)
                : new CgroupStats.Memory(
                        StatsBuilder.number(group, "memory.usage_in_bytes"),
                        StatsBuilder.number(group, "memory.max_usage_in_bytes"),
                        StatsBuilder.number(group, "memory.limit_in_bytes"),
                        StatsBuilder.number(group, "memory.failcnt"),
                        detail);
    }

    /**
     * How often the OOM killer acted in the group and below. v1 counts a victim in its own group only, v2 in those above
     * too.
     */
    static long oomKills(GroupDir group) {
        long own = StatsBuilder.keyed(group.readIfThere(group.unified() ? "memory.events" : "memory.oom_control"))
                .getOrDefault("oom_kill", 0L);
        if (!group.unified() && group.hasChildren()) {
            for (GroupDir child : Subtree.children(group)) {
                own += oomKills(child);
            }
        }
        return own;
    }
}

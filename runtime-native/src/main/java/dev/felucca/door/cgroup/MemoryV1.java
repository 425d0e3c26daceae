package dev.felucca.door.cgroup;

import dev.felucca.api.spec.LinuxMemory;

/**
 * Memory limits on v1. The kernel demands memory.limit_in_bytes &lt;= memory.memsw.limit_in_bytes after each write, so the
 * order of the two depends on what is there.
 */
final class MemoryV1 {
    private static final String LIMIT = "memory.limit_in_bytes";
    private static final String MEMSW = "memory.memsw.limit_in_bytes";

    private MemoryV1() {}

    static void set(GroupDir group, LinuxMemory m, boolean fresh) {
        setLimits(group, Controller.orZero(m.limit()), Controller.orZero(m.swap()), fresh);
        write(group, "memory.soft_limit_in_bytes", Controller.orZero(m.reservation()));
        write(group, "memory.kmem.tcp.limit_in_bytes", Controller.orZero(m.kernelTCP()));
        if (m.swappiness() != null) {
            group.write("memory.swappiness", m.swappiness().toString(), () -> "swappiness is 0 to 100");
        }
        if (m.disableOOMKiller() != null && (!fresh || m.disableOOMKiller())) {
            group.write("memory.oom_control", m.disableOOMKiller() ? "1" : "0");
        }
    }

    private static void setLimits(GroupDir group, long limit, long swap, boolean fresh) {
        // In a new group both are unlimited: the lower one goes first, and what is unlimited need not be written.
        boolean swapFirst =
                !fresh && limit != 0 && (swap < 0 || (swap > 0 && swap > StatsBuilder.number(group, LIMIT)));
        // Lifting the memory limit alone would have to stay below memsw's.
        if (!fresh && limit < 0 && swap == 0 && group.has(MEMSW)) {
            writeSwap(group, -1);
        }
        if (swapFirst) {
            writeSwap(group, swap);
        }
        if (limit > 0 || (limit < 0 && !fresh)) {
            group.write(LIMIT, Long.toString(limit), () -> limitHint(group, limit));
        }
        if (!swapFirst && (swap > 0 || (swap < 0 && !fresh))) {
            writeSwap(group, swap);
        }
    }

    private static void writeSwap(GroupDir group, long swap) {
        group.write(
                MEMSW,
                Long.toString(swap),
                () -> group.has(MEMSW)
                        ? "memory and swap together are at least the memory limit, "
                                + StatsBuilder.number(group, LIMIT) + ", and what is in use, "
                                + StatsBuilder.number(group, "memory.memsw.usage_in_bytes")
                        : "swap is not counted here; boot with swapaccount=1");
    }

    private static String limitHint(GroupDir group, long limit) {
        long memsw = StatsBuilder.number(group, MEMSW);
        if (memsw >= 0 && limit > memsw) {
            return "memory and swap together are limited to " + memsw + "; raise that limit too";
        }
        return "in use are " + StatsBuilder.number(group, "memory.usage_in_bytes") + " bytes";
    }

    private static void write(GroupDir group, String file, long value) {
        if (value != 0) {
            group.write(file, Long.toString(value));
        }
    }
}

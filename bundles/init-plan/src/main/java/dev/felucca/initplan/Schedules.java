package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxIoPriority;
import dev.felucca.api.spec.LinuxPersonality;
import dev.felucca.api.spec.Scheduler;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Scheduling, I/O priority and personality by the specification's names (sched_setattr(2), ioprio_set(2), personality(2)). */
final class Schedules {
    private static final Map<String, Integer> POLICIES = Map.of(
            "SCHED_OTHER",
            0,
            "SCHED_FIFO",
            1,
            "SCHED_RR",
            2,
            "SCHED_BATCH",
            3,
            "SCHED_ISO",
            4,
            "SCHED_IDLE",
            5,
            "SCHED_DEADLINE",
            6);
    private static final Map<String, Long> FLAGS = Map.of(
            "SCHED_FLAG_RESET_ON_FORK", 1L,
            "SCHED_FLAG_RECLAIM", 2L,
            "SCHED_FLAG_DL_OVERRUN", 4L,
            "SCHED_FLAG_KEEP_POLICY", 8L,
            "SCHED_FLAG_KEEP_PARAMS", 16L,
            "SCHED_FLAG_UTIL_CLAMP_MIN", 32L,
            "SCHED_FLAG_UTIL_CLAMP_MAX", 64L);
    private static final Map<String, Integer> IO_CLASSES =
            Map.of("IOPRIO_CLASS_RT", 1, "IOPRIO_CLASS_BE", 2, "IOPRIO_CLASS_IDLE", 3);
    private static final Map<String, Integer> DOMAINS = Map.of("LINUX", 0, "LINUX32", 8);

    private Schedules() {}

    static Op scheduler(Scheduler s) {
        long flags = 0;
        for (String flag : s.flags()) {
            flags |= find(FLAGS, flag, "process.scheduler.flags");
        }
        return new ProcessOp.Scheduler(
                find(POLICIES, s.policy(), "process.scheduler.policy"),
                or0(s.nice()),
                or0(s.priority()),
                flags,
                or0(s.runtime()),
                or0(s.deadline()),
                or0(s.period()));
    }

    static Op ioPriority(LinuxIoPriority p) {
        if (p.priority() < 0 || p.priority() > 7) {
            throw EngineException.invalid("process.ioPriority.priority: " + p.priority() + " is outside 0..7");
        }
        return new ProcessOp.IoPriority(
                (find(IO_CLASSES, p.ioClass(), "process.ioPriority.class") << 13) | p.priority());
    }

    static Op personality(LinuxPersonality p) {
        if (!p.flags().isEmpty()) {
            throw EngineException.unsupported("linux.personality.flags are not supported");
        }
        return new ProcessOp.Personality(find(DOMAINS, p.domain(), "linux.personality.domain"));
    }

    private static <T> T find(Map<String, T> table, String name, String field) {
        T value = table.get(name);
        if (value == null) {
            throw EngineException.invalid(field + ": unknown value \"" + name + "\"");
        }
        return value;
    }

    private static int or0(@Nullable Integer value) {
        return value == null ? 0 : value;
    }

    private static long or0(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}

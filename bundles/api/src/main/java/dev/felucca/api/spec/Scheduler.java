package dev.felucca.api.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scheduling of a process (sched_setattr(2)).
 *
 * @param policy such as {@code SCHED_BATCH}
 * @param flags such as {@code SCHED_FLAG_RESET_ON_FORK}
 * @param runtime nanoseconds, SCHED_DEADLINE only, as are the two that follow
 */
public record Scheduler(
        String policy,
        @Nullable Integer nice,
        @Nullable Integer priority,
        List<String> flags,
        @Nullable Long runtime,
        @Nullable Long deadline,
        @Nullable Long period) {
    public Scheduler {
        Spec.required(policy, "process.scheduler.policy");
        flags = Copies.of(flags);
    }
}

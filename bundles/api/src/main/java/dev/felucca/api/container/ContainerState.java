package dev.felucca.api.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * @param pid of init as the engine sees it; 0 when not running
 * @param startTime field 22 of init's /proc/PID/stat
 * @param health null for a container that is not checked
 * @param error why the last start failed, or what was wrong at the end; empty if nothing was
 */
public record ContainerState(
        ContainerStatus status,
        int pid,
        long startTime,
        int exitCode,
        boolean oomKilled,
        String error,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Health health) {

    /** Running or paused: there are processes. */
    public boolean isRunning() {
        return status == ContainerStatus.RUNNING || status == ContainerStatus.PAUSED;
    }

    /** The same in another status. */
    public ContainerState withStatus(ContainerStatus changed) {
        return new ContainerState(changed, pid, startTime, exitCode, oomKilled, error, startedAt, finishedAt, health);
    }

    /** The same after the OOM killer has acted. */
    public ContainerState withOomKilled() {
        return new ContainerState(status, pid, startTime, exitCode, true, error, startedAt, finishedAt, health);
    }

    /** The same after a check. */
    public ContainerState withHealth(@Nullable Health found) {
        return new ContainerState(status, pid, startTime, exitCode, oomKilled, error, startedAt, finishedAt, found);
    }

    /** The same without processes. */
    public ContainerState withoutProcess(ContainerStatus changed, String why) {
        return new ContainerState(changed, 0, 0, exitCode, oomKilled, why, startedAt, finishedAt, health);
    }
}

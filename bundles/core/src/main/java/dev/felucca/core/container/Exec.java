package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ExecConfig;
import dev.felucca.api.container.ExecInfo;
import dev.felucca.api.container.ExecInfo.Status;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.core.streams.ExecStreams;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** One exec. Its snapshot is replaced as a whole; thread-safe. */
final class Exec {
    final String id;
    final Container container;
    final Container.Run run;
    final ExecStreams streams;
    /** Completes when the process has ended. */
    final CompletableFuture<ExitStatus> exited = new CompletableFuture<>();
    /** Completes when its streams are bound, or never will be. */
    final CompletableFuture<Void> bound = new CompletableFuture<>();
    /** Completes when all of it is over. */
    final CompletableFuture<ExitStatus> ended = new CompletableFuture<>();

    private boolean starting;
    private volatile ExecInfo info;
    private volatile long endedNanos;

    Exec(String id, Container container, Container.Run run, ExecConfig config, String user) {
        this.id = id;
        this.container = container;
        this.run = run;
        this.streams = new ExecStreams(config.tty(), config.openStdin());
        this.info = new ExecInfo(id, container.id, config, user, Status.CREATED, 0, 0);
    }

    /** One of an earlier engine's, as that recorded it. */
    Exec(ExecInfo recorded, Container container, Container.Run run) {
        this(recorded.id(), container, run, recorded.config(), recorded.user());
        starting = true;
        if (recorded.status() == Status.EXITED) {
            over(recorded.exitCode());
        }
    }

    ExecInfo info() {
        return info;
    }

    /** Takes the one start that there is. */
    synchronized void take() {
        if (starting || info.status() != Status.CREATED) {
            throw EngineException.conflict(
                    info.status() == Status.EXITED
                            ? "exec " + id + " has ended already; an exec runs once, create another"
                            : "exec " + id + " is started already");
        }
        starting = true;
    }

    /** It runs, unless it has ended meanwhile. */
    synchronized void running(int pid) {
        if (info.status() == Status.CREATED) {
            info = with(Status.RUNNING, pid, 0);
        }
    }

    synchronized void over(int code) {
        endedNanos = System.nanoTime();
        info = with(Status.EXITED, 0, code);
    }

    private ExecInfo with(Status status, int pid, int code) {
        return new ExecInfo(id, container.id, info.config(), info.user(), status, pid, code);
    }

    boolean isOver() {
        return info.status() == Status.EXITED;
    }

    /** Whether it ended that long ago. */
    boolean endedFor(Duration time) {
        return isOver() && System.nanoTime() - endedNanos > time.toNanos();
    }
}

package dev.felucca.core.container;

import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.exec.ExitStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restart policies. All of it happens on the container's queue but the waiting. */
final class Restarts {
    private static final Logger LOG = LoggerFactory.getLogger(Restarts.class);

    private final Engine engine;
    /** Starts a container again; on its queue. */
    private final Consumer<Container> start;

    private volatile boolean closed;

    Restarts(Engine engine, Consumer<Container> start) {
        this.engine = engine;
        this.start = start;
    }

    /** No container is restarted any more; those that wait are left as they are, for the next engine. */
    void close() {
        closed = true;
    }

    /** Whether the policy wants another run after this end. */
    boolean wanted(Container c, Container.Run run, ExitStatus status) {
        return !closed && !run.stopRequested && wanted(c.info(), status.code());
    }

    private static boolean wanted(ContainerInfo info, int code) {
        RestartPolicy policy = info.hostConfig().restartPolicy();
        return switch (policy.when()) {
            case NO -> false;
            case ALWAYS, UNLESS_STOPPED -> true;
            case ON_FAILURE ->
                code != 0 && (policy.maximumRetryCount() == 0 || info.restartCount() < policy.maximumRetryCount());
        };
    }

    /** Whether the policy wants a run now that the engine starts, of a container that has run before. */
    static boolean wantedAtStart(Container c) {
        ContainerState s = c.state();
        boolean ended = s.status() == ContainerStatus.EXITED || s.status() == ContainerStatus.RESTARTING;
        return ended
                && s.startedAt() != null
                && !(c.isStopped() && c.info().hostConfig().restartPolicy().when() != RestartPolicy.When.ALWAYS)
                && wanted(c.info(), s.exitCode());
    }

    /** The run is over and there will be another: waits for it. */
    void schedule(Container c, Container.Run run) {
        Duration wait = c.backoff.after(run.lasted());
        long turn = c.backoff.begin();
        CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS, engine.workers()::execute)
                .execute(() -> c.queue
                        .submit(() -> {
                            if (!closed && c.backoff.isTurn(turn) && c.state().status() == ContainerStatus.RESTARTING) {
                                again(c);
                            }
                            return true;
                        })
                        .exceptionally(e -> {
                            LOG.error("container {} could not be restarted as its policy wants", c.id, e);
                            return false;
                        }));
    }

    private void again(Container c) {
        ContainerInfo info = c.info();
        c.replace(Container.with(info, info.hostConfig(), info.state(), info.restartCount() + 1, null));
        start.accept(c);
    }

    /** A user ends the waiting; the container stays as it exited. */
    void cancel(Container c) {
        c.backoff.reset();
        c.stopped(true);
        c.replace(Container.withState(c.info(), c.state().withStatus(ContainerStatus.EXITED), null));
        engine.saveKept(c);
    }
}

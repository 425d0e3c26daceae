package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerExecs;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.container.ExecConfig;
import dev.felucca.api.container.Health;
import dev.felucca.api.container.Health.Result;
import dev.felucca.api.exec.ExecFailedException;
import dev.felucca.api.exec.ExitStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the health checks of containers: one exec after the other, by timers and without a thread a container. A check that takes too
 * long is killed and has failed; while a container is paused none is run. Thread-safe.
 */
final class HealthChecks {
    private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);
    /** Of a check that did not end by itself. */
    private static final int NO_STATUS = -1;

    private static final int KEPT = 5;
    private static final int SIGKILL = 9;

    private final CompletableFuture<Checking> checking = new CompletableFuture<>();

    /** What it takes to run one. */
    private record Checking(Engine engine, ContainerExecs execs) {}

    /** Until this was called checks wait. */
    void begin(Engine engine, ContainerExecs execs) {
        checking.complete(new Checking(engine, execs));
    }

    /** What a run begins with: how it was if that is known; null for a container without a check. */
    static @Nullable Health first(Container c, @Nullable Health known) {
        if (HealthPlan.of(c.info().config().healthcheck()) == null) {
            return null;
        }
        return known == null ? Health.STARTING : known;
    }

    /** Checks from now on, as long as the run lasts. */
    void watch(Container c, Container.Run run) {
        HealthPlan plan = HealthPlan.of(c.info().config().healthcheck());
        if (plan != null) {
            later(c, run, plan);
        }
    }

    private void later(Container c, Container.Run run, HealthPlan plan) {
        long nanos = plan.next(c.state(), Instant.now()).toNanos();
        // the end of the run takes the timer away
        CompletableFuture<Object> due = new CompletableFuture<>().completeOnTimeout("due", nanos, TimeUnit.NANOSECONDS);
        var unused = CompletableFuture.anyOf(due, run.exited)
                .thenCombine(checking, (which, with) -> {
                    if (run.exited.isDone()) {
                        due.cancel(false);
                    } else {
                        with.engine().workers().execute(() -> check(with, c, run, plan));
                    }
                    return true;
                })
                .exceptionally(e -> {
                    LOG.error("the health of container {} is not checked any more", c.id, e);
                    return false;
                });
    }

    private void check(Checking with, Container c, Container.Run run, HealthPlan plan) {
        if (c.run() != run || run.exited.isDone()) {
            return;
        }
        if (c.state().status() != ContainerStatus.RUNNING) {
            later(c, run, plan);
            return;
        }
        Instant start = Instant.now();
        var unused = probe(with.execs(), c, plan)
                .handle((result, failure) -> failure == null ? result : failed(start, failure))
                .thenCompose(result -> c.queue.submit(() -> {
                    if (result != null && c.run() == run && c.state().isRunning()) {
                        record(with.engine(), c, plan, result);
                    }
                    return true;
                }))
                .whenComplete((v, failure) -> {
                    if (failure != null) {
                        LOG.error("a health check of container {} cannot be recorded", c.id, failure);
                    }
                    later(c, run, plan);
                });
    }

    private static CompletionStage<Result> probe(ContainerExecs execs, Container c, HealthPlan plan) {
        Instant start = Instant.now();
        String exec = execs.create(
                        c.id, new ExecConfig(plan.command(), List.of(), null, null, false, false, false, null))
                .id();
        HealthOutput output = new HealthOutput();
        Attachment attachment = execs.attach(exec, false, output);
        CompletableFuture<ExitStatus> ended = execs.start(exec, null)
                .thenCompose(v -> execs.wait(exec))
                .toCompletableFuture()
                .copy();
        return ended.orTimeout(plan.timeout().toNanos(), TimeUnit.NANOSECONDS).handle((status, failure) -> {
            attachment.close();
            if (failure == null) {
                return new Result(start, Instant.now(), status.code(), output.text());
            }
            if (cause(failure) instanceof TimeoutException) {
                kill(execs, exec);
                return new Result(
                        start,
                        Instant.now(),
                        NO_STATUS,
                        "Health check exceeded timeout (" + HealthPlan.words(plan.timeout()) + ")"
                                + (output.text().isEmpty() ? "" : ": " + output.text()));
            }
            throw failure instanceof CompletionException e ? e : new CompletionException(failure);
        });
    }

    private static void kill(ContainerExecs execs, String exec) {
        var unused = execs.signal(exec, SIGKILL).exceptionally(e -> {
            LOG.debug("the late health check {} has ended", exec, e);
            return null;
        });
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Null for one that could not be tried, because the container ends or is paused. */
    private static @Nullable Result failed(Instant start, Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof ExecFailedException e) {
            return new Result(start, Instant.now(), e.exitCode(), e.message());
        }
        if (cause instanceof EngineException e
                && (e.kind() == EngineException.Kind.CONFLICT || e.kind() == EngineException.Kind.NOT_FOUND)) {
            return null;
        }
        return new Result(start, Instant.now(), NO_STATUS, String.valueOf(cause.getMessage()));
    }

    private static void record(Engine engine, Container c, HealthPlan plan, Result result) {
        ContainerState state = c.state();
        Health before = state.health() == null ? Health.STARTING : state.health();
        List<Result> log = new ArrayList<>(before.log());
        log.add(result);
        if (log.size() > KEPT) {
            log.remove(0);
        }
        int streak = result.exitCode() == 0
                ? 0
                : plan.counts(before, state, result) ? before.failingStreak() + 1 : before.failingStreak();
        Health.Status status = result.exitCode() == 0
                ? Health.Status.HEALTHY
                : streak >= plan.retries() ? Health.Status.UNHEALTHY : before.status();
        c.replace(Container.withState(
                c.info(),
                state.withHealth(new Health(status, streak, log)),
                c.info().cgroupsPath()));
        if (status != before.status()) {
            engine.saveKept(c);
            engine.tell(c, "health_status: " + status.word());
        }
    }
}

package dev.felucca.core.container;

import dev.felucca.api.cgroup.CgroupManager.OomWatch;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.image.ImageConfig;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.spec.Spec;
import dev.felucca.api.trace.TraceNode;
import dev.felucca.core.streams.StreamHub;
import dev.felucca.core.task.SerialQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A container in memory. The snapshot is replaced as a whole; everything else but kills and waits happens on the
 * container's own queue.
 */
final class Container {
    private static final int KEPT_TRACES = 16;
    /** Health checks would push out all else. */
    private static final int KEPT_EXECS = 4;

    final String id;
    final SerialQueue queue;
    final StreamHub hub;
    final ImageConfig image;
    private final ArrayDeque<Kept> traces = new ArrayDeque<>();
    private volatile CompletableFuture<ExitStatus> removed = new CompletableFuture<>();
    private volatile boolean gone;
    private volatile CompletableFuture<ExitStatus> nextExit = new CompletableFuture<>();
    private volatile ContainerInfo info;
    private volatile @Nullable Run run;
    /** Whether a user stopped it last; it is stored. */
    private volatile boolean stopped;
    /** When to start it again; used on the queue. */
    final Backoff backoff = new Backoff();

    /** One run, from birth to the end of its clean-up. */
    static final class Run {
        /** Completes with the status as soon as init has ended. */
        final CompletableFuture<ExitStatus> exited = new CompletableFuture<>();
        /** Completes when everything of the run is gone. */
        final CompletableFuture<ExitStatus> cleaned = new CompletableFuture<>();
        /** Completes when the run can be acted on: at once, or when the one that an earlier engine began was taken over. */
        volatile CompletableFuture<Void> ready;
        /** Set when somebody asked for the end: no restart policy acts on it. */
        volatile boolean stopRequested;
        /** What it was made from; null for one that was taken over. */
        volatile @Nullable Spec spec;
        /** Whether the execution backend writes the log. */
        volatile boolean logged;

        volatile @Nullable OomWatch oom;
        /** Whether the OOM killer's work was told as it happened. */
        volatile boolean oomTold;

        /** In {@link System#nanoTime} terms, for the wall clock may be set meanwhile. */
        private volatile long began = System.nanoTime();

        Run(CompletableFuture<Void> ready) {
            this.ready = ready;
        }

        /** It was begun by an earlier engine; only the wall clock knows when. */
        void startedAt(Instant time) {
            Duration ago = Duration.between(time, Instant.now());
            began = System.nanoTime() - (ago.isNegative() ? 0 : ago.toNanos());
        }

        Duration lasted() {
            return Duration.ofNanos(System.nanoTime() - began);
        }
    }

    Container(ContainerInfo info, ImageConfig image, SerialQueue queue, StreamHub hub) {
        this.id = info.id();
        this.info = info;
        this.image = image;
        this.queue = queue;
        this.hub = hub;
    }

    ContainerInfo info() {
        return info;
    }

    ContainerState state() {
        return info.state();
    }

    void replace(ContainerInfo changed) {
        info = changed;
    }

    @Nullable
    Run run() {
        return run;
    }

    Run beginRun() {
        return beginRun(CompletableFuture.completedFuture(null));
    }

    Run beginRun(CompletableFuture<Void> ready) {
        Run fresh = new Run(ready);
        run = fresh;
        return fresh;
    }

    boolean isStopped() {
        return stopped;
    }

    void stopped(boolean byUser) {
        stopped = byUser;
    }

    void endRun() {
        run = null;
    }

    /** Completes at the next exit, this run's or the next one's. */
    CompletableFuture<ExitStatus> nextExit() {
        return nextExit;
    }

    CompletableFuture<ExitStatus> removed() {
        return removed;
    }

    boolean isGone() {
        return gone;
    }

    /** Tells who waits for the removal that it is done. */
    void announceRemoval() {
        gone = true;
        removed.complete(lastExit());
    }

    /** Tells who waits for the removal that it failed; it may be tried again. */
    void announceFailedRemoval(RuntimeException why) {
        CompletableFuture<ExitStatus> told = removed;
        removed = new CompletableFuture<>();
        told.completeExceptionally(why);
    }

    /** Tells who waits for an exit. */
    void announceExit(ExitStatus status) {
        CompletableFuture<ExitStatus> told = nextExit;
        nextExit = new CompletableFuture<>();
        told.complete(status);
    }

    ExitStatus lastExit() {
        Instant at = state().finishedAt();
        return new ExitStatus(state().exitCode(), 0, false, at == null ? Instant.EPOCH : at);
    }

    void record(Supplier<TraceNode> trace) {
        record(trace, false);
    }

    /** @param exec whether it is of one of many that would push out all else */
    void record(Supplier<TraceNode> trace, boolean exec) {
        synchronized (traces) {
            if (exec && traces.stream().filter(Kept::exec).count() == KEPT_EXECS) {
                traces.removeFirstOccurrence(
                        traces.stream().filter(Kept::exec).findFirst().orElseThrow());
            }
            traces.addLast(new Kept(trace, exec));
            if (traces.size() > KEPT_TRACES) {
                traces.removeFirst();
            }
        }
    }

    List<TraceNode> traces() {
        synchronized (traces) {
            return traces.stream().map(k -> k.trace().get()).toList();
        }
    }

    private record Kept(Supplier<TraceNode> trace, boolean exec) {}

    static ContainerInfo withState(ContainerInfo c, ContainerState state, @Nullable String cgroupsPath) {
        return with(c, c.hostConfig(), state, c.restartCount(), cgroupsPath);
    }

    static ContainerInfo with(
            ContainerInfo c, HostConfig host, ContainerState state, int restartCount, @Nullable String cgroupsPath) {
        return with(c, host, state, restartCount, cgroupsPath, c.endpoints());
    }

    static ContainerInfo withEndpoints(ContainerInfo c, List<Endpoint> endpoints) {
        return with(c, c.hostConfig(), c.state(), c.restartCount(), c.cgroupsPath(), endpoints);
    }

    static ContainerInfo withName(ContainerInfo c, String name) {
        return with(c, name, c.hostConfig(), c.state(), c.restartCount(), c.cgroupsPath(), c.endpoints());
    }

    private static ContainerInfo with(
            ContainerInfo c,
            HostConfig host,
            ContainerState state,
            int restartCount,
            @Nullable String cgroupsPath,
            List<Endpoint> endpoints) {
        return with(c, c.name(), host, state, restartCount, cgroupsPath, endpoints);
    }

    private static ContainerInfo with(
            ContainerInfo c,
            String name,
            HostConfig host,
            ContainerState state,
            int restartCount,
            @Nullable String cgroupsPath,
            List<Endpoint> endpoints) {
        return new ContainerInfo(
                c.id(),
                name,
                c.created(),
                c.imageId(),
                c.image(),
                c.path(),
                c.args(),
                c.config(),
                host,
                state,
                c.mounts(),
                c.storage(),
                c.cgroup(),
                c.namespace(),
                c.runtime(),
                restartCount,
                c.logPath(),
                c.hostnamePath(),
                c.hostsPath(),
                c.resolvConfPath(),
                cgroupsPath,
                endpoints);
    }

    static ContainerState exitedState(ContainerState s, ExitStatus status, boolean oom, String error) {
        return new ContainerState(
                ContainerStatus.EXITED, 0, 0, status.code(), oom, error, s.startedAt(), status.at(), s.health());
    }
}

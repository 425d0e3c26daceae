package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerLifecycle;
import dev.felucca.api.container.ContainerLifecycle.WaitCondition;
import dev.felucca.api.container.ContainerStreams;
import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.container.ContainerStreams.LogOptions;
import dev.felucca.api.container.ContainerStreams.LogReading;
import dev.felucca.api.container.ContainerStreams.LogSink;
import dev.felucca.api.container.ContainerViews;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.StreamKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The engine as a test uses it: each call waits for its end. {@link #close} removes what the test made and looks for leftovers. */
final class Felucca implements AutoCloseable {
    /** Longer than anything takes on a busy machine; a wait that is over sooner returns at once. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final ContainerLifecycle lifecycle;
    private final ContainerViews views;
    private final ContainerStreams streams;
    private final Path base;
    private final Queue<String> made = new ConcurrentLinkedQueue<>();

    Felucca(ContainerLifecycle lifecycle, ContainerViews views, ContainerStreams streams, Path base) {
        this.lifecycle = lifecycle;
        this.views = views;
        this.streams = streams;
        this.base = base;
    }

    /** What is left of a run to the end. */
    record Result(String id, int code, String out, String err) {}

    /** A line of a log. */
    record Entry(Instant time, StreamKind stream, String line) {}

    String create(Request request) {
        String id = get(lifecycle.create(request.name(), request.config(), request.hostConfig()))
                .id();
        made.add(id);
        return id;
    }

    /** Has the container removed at the end. */
    void made(String id) {
        made.add(id);
    }

    /** Creates and starts; for output see {@link #attach}. */
    String start(Request request) {
        String id = create(request);
        start(id);
        return id;
    }

    void start(String id) {
        get(lifecycle.start(id));
    }

    void stop(String id, @Nullable Integer seconds) {
        get(lifecycle.stop(id, seconds));
    }

    void kill(String id, int signal) {
        get(lifecycle.kill(id, signal));
    }

    void restart(String id, int seconds) {
        get(lifecycle.restart(id, seconds));
    }

    void pause(String id) {
        get(lifecycle.pause(id));
    }

    void unpause(String id) {
        get(lifecycle.unpause(id));
    }

    void remove(String id, boolean force) {
        get(lifecycle.remove(id, force, true));
    }

    int waitFor(String id) {
        return get(lifecycle.wait(id, WaitCondition.NOT_RUNNING)).code();
    }

    CompletableFuture<ExitStatus> waiting(String id, WaitCondition condition) {
        return lifecycle.wait(id, condition).toCompletableFuture();
    }

    ContainerInfo info(String id) {
        return views.get(id);
    }

    ContainerLifecycle lifecycle() {
        return lifecycle;
    }

    ContainerViews views() {
        return views;
    }

    Attachment attach(String id, boolean stdin, Output output) {
        return streams.attach(id, stdin, output);
    }

    /** Runs to the end and removes. */
    Result run(Request request) throws InterruptedException {
        String id = create(request);
        Result result = run(id, request.config().tty());
        if (!request.hostConfig().autoRemove()) {
            remove(id, false);
        }
        return result;
    }

    /** Starts a created container and waits for its end and that of its output. */
    Result run(String id, boolean tty) throws InterruptedException {
        Output output = new Output();
        try (Attachment a = attach(id, false, output)) {
            CompletableFuture<ExitStatus> exit = waiting(id, WaitCondition.NEXT_EXIT);
            start(id);
            int code = get(exit).code();
            output.awaitEnd(
                    tty
                            ? new StreamKind[] {StreamKind.STDOUT}
                            : new StreamKind[] {StreamKind.STDOUT, StreamKind.STDERR});
            return new Result(id, code, output.out(), output.err());
        }
    }

    /** The whole log as it is now. */
    List<Entry> logs(String id, int tail) {
        Log log = new Log(Integer.MAX_VALUE);
        try (LogReading r = streams.logs(id, new LogOptions(false, tail, null, null), log)) {
            get(log.done);
        }
        return List.copyOf(log.entries);
    }

    /** Waits until the log has so many entries; it may have ended with fewer, which is a failure. */
    void awaitLog(String id, int entries) {
        Log log = new Log(entries);
        try (LogReading r = streams.logs(id, new LogOptions(true, -1, null, null), log)) {
            get(log.done);
        }
        assertEquals(log.entries.toString(), entries, log.entries.size());
    }

    /** Reads until there are so many entries. */
    private static final class Log implements LogSink {
        private final List<Entry> entries = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final int enough;

        Log(int enough) {
            this.enough = enough;
        }

        @Override
        public void entry(Instant time, StreamKind stream, byte[] line) {
            if (entries.size() < enough) {
                entries.add(new Entry(time, stream, new String(line, StandardCharsets.UTF_8)));
            }
            if (entries.size() == enough) {
                done.complete(null);
            }
        }

        @Override
        public void end(@Nullable Throwable failure) {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        }
    }

    /** Waits for a stage; what it failed with is thrown as it is. */
    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof EngineException x) {
                throw x;
            }
            throw new AssertionError(cause);
        } catch (TimeoutException e) {
            throw new AssertionError("not done within " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Runs what must fail, and gives the failure. */
    EngineException failureOf(EngineException.Kind kind, Runnable body) {
        try {
            body.run();
        } catch (EngineException e) {
            assertEquals(e.message(), kind, e.kind());
            return e;
        }
        throw new AssertionError("no failure, but " + kind + " was expected");
    }

    /** Removes all containers of this test, and fails if anything in the kernel or on disk still names one. */
    @Override
    public void close() {
        for (String id : made) {
            try {
                get(lifecycle.remove(id, true, true));
            } catch (EngineException e) {
                assertEquals(e.message(), EngineException.Kind.NOT_FOUND, e.kind());
            }
        }
        for (String id : made) {
            assertNothingLeft(id);
        }
    }

    void assertNothingLeft(String id) {
        assertEquals("control groups", List.of(), HostState.groupsNaming(id));
        assertEquals("mounts", List.of(), HostState.mountsNaming(id));
        assertEquals("files", List.of(), HostState.filesNaming(base, id));
        assertTrue("listed", views.list().stream().noneMatch(c -> c.id().equals(id)));
    }
}

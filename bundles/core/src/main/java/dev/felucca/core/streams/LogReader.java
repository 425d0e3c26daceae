package dev.felucca.core.streams;

import dev.felucca.api.container.ContainerStreams;
import dev.felucca.api.container.ContainerStreams.LogOptions;
import dev.felucca.api.container.ContainerStreams.LogSink;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reading of a log. It runs on the executor while there is something to read and holds no thread while it waits: the
 * writer wakes it.
 */
final class LogReader implements ContainerStreams.LogReading, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);

    /** What no follow lasts: so far away an "until" needs no timer. */
    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final ReadableLog log;
    private final LogOptions options;
    private final LogSink sink;
    private final Executor executor;
    /** Wake-ups not yet answered; from none to one means to run. */
    private final AtomicInteger wakes = new AtomicInteger();

    private volatile boolean closed;
    private boolean ended;
    private @Nullable LogSources sources;
    private @Nullable LogLines lines;
    /** Ends a follow at its "until", also when nothing more is logged. */
    private @Nullable CompletableFuture<Void> timer;

    LogReader(ReadableLog log, LogOptions options, LogSink sink, Executor executor) {
        this.log = log;
        this.options = options;
        this.sink = sink;
        this.executor = executor;
    }

    /** There may be something new. */
    void wake() {
        if (wakes.getAndIncrement() == 0) {
            try {
                executor.execute(this);
            } catch (RejectedExecutionException e) {
                // Whoever asked for the log is going away; nobody is left to run the sink's end.
                LOG.debug("a reader of the log ends with its executor", e);
                ended = true;
                release();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        wake();
    }

    @Override
    public void run() {
        int seen;
        do {
            seen = wakes.get();
            if (!ended) {
                step();
            }
        } while (wakes.addAndGet(-seen) != 0);
    }

    private void step() {
        Throwable failure = null;
        try {
            if (!closed && !readOn()) {
                return;
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
        ended = true;
        try {
            release();
        } finally {
            sink.end(failure);
        }
    }

    private void release() {
        log.leave(this);
        try (LogSources s = sources;
                LogLines l = lines) {
            if (timer != null) {
                timer.cancel(false);
            }
        }
    }

    /** Gives all that is there; returns whether that was the end. */
    private boolean readOn() throws IOException {
        if (sources == null) {
            sources = begin();
        }
        while (true) {
            ReadableLog.Extent extent = log.extent();
            if (lines == null || lines.generation() < (options.follow() ? extent.generation() : sources.generation)) {
                if (lines != null && give(lines, Long.MAX_VALUE)) {
                    return true;
                }
                if (!nextFile(sources)) {
                    return !options.follow() || !extent.live();
                }
            } else {
                if (give(lines, options.follow() ? extent.size() : sources.size)) {
                    return true;
                }
                if (!options.follow() || !extent.live()) {
                    return true;
                }
                if (log.extent().generation() == extent.generation()) {
                    return past(Instant.now());
                }
            }
        }
    }

    private LogSources begin() throws IOException {
        LogSources s = log.open(this, options.since());
        long position = options.tail() >= 0 ? s.tail(options.tail()) : 0;
        LogSources.Source first = s.poll();
        lines = first == null ? null : new LogLines(first, position);
        Instant until = options.until();
        if (options.follow() && until != null && until.isBefore(Instant.now().plus(FOREVER))) {
            long ms = Math.max(0, Duration.between(Instant.now(), until).toMillis()) + 1;
            timer = new CompletableFuture<Void>().completeOnTimeout(null, ms, TimeUnit.MILLISECONDS);
            CompletableFuture<Void> unused = timer.thenRun(this::wake);
        }
        return s;
    }

    /** Goes on to the file after this one, from those opened at the beginning or from what is there now. */
    private boolean nextFile(LogSources opened) throws IOException {
        LogSources.Source next = opened.poll();
        if (next == null && options.follow()) {
            next = log.next(lines == null ? opened.generation - 1 : lines.generation());
        }
        if (next == null) {
            return false;
        }
        if (lines != null) {
            lines.close();
        }
        lines = new LogLines(next, 0);
        return true;
    }

    /** Gives the lines up to limit; returns whether the reading is at its end. */
    private boolean give(LogLines from, long limit) throws IOException {
        while (from.next(limit)) {
            if (closed) {
                return true;
            }
            var entry = JsonFileDecoder.decode(from.bytes(), from.from, from.to);
            if (entry.isPresent()) {
                Instant time = entry.get().time();
                Instant since = options.since();
                if (past(time)) {
                    return true;
                }
                if (since == null || !time.isBefore(since)) {
                    sink.entry(time, entry.get().stream(), entry.get().line());
                }
            }
        }
        return false;
    }

    private boolean past(Instant time) {
        Instant until = options.until();
        return until != null && time.isAfter(until);
    }
}

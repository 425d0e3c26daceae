package dev.felucca.core.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one container. Entries go out in one write a chunk; there is no fsync: the page cache survives the engine's
 * death. What cannot be written is counted and dropped, and the container goes on. Thread-safe.
 */
final class LogFile implements ReadableLog {
    private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);

    /** Buffers of one chunk each, shared by all containers: as many as there are threads that pump at the same time. */
    private static final ConcurrentLinkedQueue<Scratch> SCRATCH = new ConcurrentLinkedQueue<>();

    private static final class Scratch {
        final byte[] in = new byte[64 * 1024];
        final JsonFileEncoder encoder = new JsonFileEncoder();
    }

    private final LogFiles files;
    private final Set<LogReader> followers = new CopyOnWriteArraySet<>();
    private int runs;
    private boolean closed;
    private long lostEntries;
    private @Nullable IOException failure;

    LogFile(Path path, LogLimits limits) {
        this.files = new LogFiles(path, limits);
    }

    /** A run begins: the log is live until as many runs have ended. */
    synchronized void runBegins() {
        runs++;
    }

    void runEnds() {
        synchronized (this) {
            if (--runs == 0) {
                release();
                if (lostEntries > 0) {
                    LOG.warn("{}", incomplete().orElseThrow());
                }
            }
        }
        wake();
    }

    void append(LogStream stream, ByteBuffer data) {
        synchronized (this) {
            Scratch scratch = take();
            byte[] tail = stream.tail(Instant.now());
            LineSplitter.Lines entries = (bytes, from, to, complete) ->
                    entry(scratch.encoder, bytes, from, to, complete, stream.choose(tail, complete));
            while (data.hasRemaining()) {
                int n = Math.min(data.remaining(), scratch.in.length);
                data.get(scratch.in, 0, n);
                stream.splitter.split(scratch.in, n, entries);
            }
            write(scratch.encoder);
            SCRATCH.add(scratch);
        }
        wake();
    }

    /** Writes what is left of the stream's last line. */
    void end(LogStream stream) {
        synchronized (this) {
            Scratch scratch = take();
            byte[] tail = stream.tail(Instant.now());
            stream.splitter.end((bytes, from, to, complete) ->
                    entry(scratch.encoder, bytes, from, to, complete, stream.choose(tail, true)));
            write(scratch.encoder);
            SCRATCH.add(scratch);
        }
        wake();
    }

    private static Scratch take() {
        Scratch scratch = SCRATCH.poll();
        return scratch == null ? new Scratch() : scratch;
    }

    private void entry(JsonFileEncoder encoder, byte[] bytes, int from, int to, boolean complete, byte[] tail) {
        if (files.full(encoder.length)) {
            write(encoder);
            try {
                files.rotate();
            } catch (IOException e) {
                // The entries go on into the file that there is, until it has grown by its limit again.
                failed(e, 0);
            }
        } else if (!encoder.fits(to - from)) {
            write(encoder);
        }
        encoder.entry(bytes, from, to, complete, tail);
    }

    private void write(JsonFileEncoder encoder) {
        // The files of a container that is removed must not come back.
        if (encoder.length > 0 && !closed) {
            try {
                files.append(encoder.out, encoder.length);
            } catch (LogFiles.LostEntriesException e) {
                failed(e, e.entries());
            }
        }
        encoder.length = 0;
    }

    private void release() {
        try {
            files.release();
        } catch (IOException e) {
            failed(e, 0);
        }
    }

    private void failed(IOException e, long lost) {
        lostEntries += lost;
        if (failure == null) {
            failure = e;
            LOG.error(
                    "the log {} cannot be kept as asked; the container runs on, {} entries lost",
                    files.path(),
                    lost,
                    e);
        }
    }

    /** What is wrong with the log, if something is. */
    synchronized Optional<String> incomplete() {
        return Optional.ofNullable(failure)
                .map(e -> "the log " + files.path() + " is incomplete: " + lostEntries + " entries lost, first by: "
                        + e.getMessage());
    }

    @Override
    public synchronized Extent extent() {
        return new Extent(files.generation(), files.size(), runs > 0 && !closed);
    }

    @Override
    public synchronized LogSources open(LogReader reader, @Nullable Instant since) throws IOException {
        LogSources sources = files.open(since);
        followers.add(reader);
        return sources;
    }

    @Override
    public synchronized LogSources.@Nullable Source next(long generation) throws IOException {
        return files.openNext(generation);
    }

    @Override
    public void leave(LogReader reader) {
        followers.remove(reader);
    }

    void close() {
        synchronized (this) {
            closed = true;
            if (runs == 0) {
                release();
            }
        }
        wake();
    }

    private void wake() {
        for (LogReader follower : followers) {
            follower.wake();
        }
    }
}

package dev.felucca.core.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A log's files as they were at one moment, oldest first, each open. Not thread-safe. */
final class LogSources implements AutoCloseable {
    /** One file. */
    record Source(long generation, FileChannel channel) implements AutoCloseable {
        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException("closing a log that was read", e);
            }
        }
    }

    /** The current file at that moment, and its size. */
    final long generation;

    final long size;
    private final ArrayDeque<Source> files = new ArrayDeque<>();

    LogSources(long generation, long size) {
        this.generation = generation;
        this.size = size;
    }

    void add(long of, FileChannel channel) {
        files.addLast(new Source(of, channel));
    }

    /** Whether no generation is missing between the first and the last. */
    boolean whole() {
        return files.isEmpty()
                || files.getLast().generation() - files.getFirst().generation() == files.size() - 1;
    }

    @Nullable
    Source poll() {
        return files.pollFirst();
    }

    /** Drops all but the last lines; returns where they begin in the first file left. */
    long tail(long lines) throws IOException {
        var kept = new ArrayDeque<Source>();
        long wanted = lines;
        long position = 0;
        while (!files.isEmpty() && (kept.isEmpty() || wanted > 0)) {
            Source file = files.removeLast();
            kept.addFirst(file);
            long end = Math.min(file.channel().size(), file.generation() == generation ? size : Long.MAX_VALUE);
            LogTail.Found found = LogTail.last(file.channel(), end, wanted);
            position = found.position();
            wanted -= found.lines();
        }
        close();
        files.addAll(kept);
        return position;
    }

    @Override
    public void close() {
        files.forEach(Source::close);
        files.clear();
    }
}

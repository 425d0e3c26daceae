package dev.felucca.core.streams;

import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A container's log as its readers see it. A file keeps its generation, a number that counts up, whatever it is renamed to. */
interface ReadableLog {
    /**
     * How far the log goes now.
     *
     * @param generation of the current file; the one before it is one less
     * @param size of whole entries in it
     * @param live whether more may come
     */
    record Extent(long generation, long size, boolean live) {}

    Extent extent() throws IOException;

    /** All the files, oldest first, and from now on a wake-up for each change. */
    LogSources open(LogReader reader, @Nullable Instant since) throws IOException;

    /** The next file after a generation that is still there. */
    LogSources.@Nullable Source next(long generation) throws IOException;

    void leave(LogReader reader);
}

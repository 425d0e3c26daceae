package dev.felucca.core.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads the lines of one log file forwards, as far as they are written. Not thread-safe. */
final class LogLines implements AutoCloseable {
    /** Longer than any entry that this engine or Docker writes; a longer line is skipped. */
    private static final int LONGEST = 1 << 20;

    private final LogSources.Source source;
    private byte[] buffer = new byte[32 * 1024];
    /** Where in the file the buffer's end is. */
    private long position;

    private int start;
    private int end;
    private int scanned;
    private boolean skipping;
    /** The line found: its bytes are {@link #bytes()} from here to {@link #to}. */
    int from;

    int to;

    LogLines(LogSources.Source source, long position) {
        this.source = source;
        this.position = position;
    }

    long generation() {
        return source.generation();
    }

    byte[] bytes() {
        return buffer;
    }

    /** Finds the next line that ends before limit in the file. */
    boolean next(long limit) throws IOException {
        while (true) {
            while (scanned < end) {
                if (buffer[scanned++] == '\n') {
                    from = start;
                    to = scanned - 1;
                    start = scanned;
                    boolean whole = !skipping;
                    skipping = false;
                    if (whole) {
                        return true;
                    }
                }
            }
            if (!fill(limit)) {
                return false;
            }
        }
    }

    private boolean fill(long limit) throws IOException {
        if (position > limit) {
            shrink(limit);
        }
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            scanned -= start;
            start = 0;
        }
        if (end == LONGEST) {
            skipping = true;
            end = scanned = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * end);
        }
        int room = (int) Math.min(buffer.length - end, limit - position);
        int n = room == 0 ? 0 : source.channel().read(ByteBuffer.wrap(buffer, end, room), position);
        if (n <= 0) {
            return false;
        }
        end += n;
        position += n;
        return true;
    }

    /** The file is shorter than what was read of it. */
    private void shrink(long limit) {
        long line = position - (end - start);
        if (limit >= line) {
            // A torn entry was taken off.
            end = start + (int) (limit - line);
            scanned = Math.min(scanned, end);
            position = limit;
        } else {
            // Somebody emptied the file: from its new beginning.
            position = 0;
            start = end = scanned = 0;
        }
    }

    @Override
    public void close() {
        source.close();
    }
}

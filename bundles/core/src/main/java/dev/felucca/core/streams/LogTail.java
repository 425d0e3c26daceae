package dev.felucca.core.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds lines from a file's end, a block at a time. */
final class LogTail {
    private static final int BLOCK = 64 * 1024;

    /**
     * @param position where the lines found begin
     * @param lines how many were found, at most as many as wanted
     */
    record Found(long position, long lines) {}

    private LogTail() {}

    /** The place after the last line feed before end, or 0. */
    static long lastEntryEnd(FileChannel file, long end) throws IOException {
        return scan(file, end, 1).position();
    }

    /** The last lines of the first end bytes; what follows the last line feed is no line. */
    static Found last(FileChannel file, long end, long wanted) throws IOException {
        long last = lastEntryEnd(file, end);
        if (last == 0 || wanted == 0) {
            return new Found(last, 0);
        }
        // The line feeds before the last line's own: wanted of them end the lines before those wanted.
        Found before = scan(file, last - 1, wanted);
        return before.lines() == wanted ? before : new Found(0, before.lines() + 1);
    }

    /** The place after the n-th line feed from the end; or 0, and how many there are. */
    private static Found scan(FileChannel file, long end, long n) throws IOException {
        byte[] block = new byte[BLOCK];
        long seen = 0;
        for (long to = end; to > 0; to -= Math.min(BLOCK, to)) {
            int size = (int) Math.min(BLOCK, to);
            ByteBuffer into = ByteBuffer.wrap(block, 0, size);
            while (into.hasRemaining() && file.read(into, to - size + into.position()) >= 0) {
                // Read on: a read may return less than asked for.
            }
            for (int i = into.position() - 1; i >= 0; i--) {
                if (block[i] == '\n' && ++seen == n) {
                    return new Found(to - size + i + 1, seen);
                }
            }
        }
        return new Found(0, seen);
    }
}

package dev.felucca.core.streams;

import java.util.Arrays;

/** Cuts one stream into lines, and long lines into pieces; keeps the unfinished line between chunks. Not thread-safe. */
final class LineSplitter {
    static final int PIECE = 16 * 1024;
    private static final byte[] NONE = {};

    /** Takes the lines. */
    interface Lines {
        /** @param complete whether a line feed followed, which is not among the bytes */
        void line(byte[] bytes, int from, int to, boolean complete);
    }

    private byte[] pending = NONE;
    private int length;

    void split(byte[] in, int size, Lines lines) {
        int p = length > 0 ? goOn(in, size, lines) : 0;
        while (p < size) {
            int most = Math.min(size, p + PIECE);
            int end = lineFeed(in, p, most);
            if (end >= 0) {
                lines.line(in, p, end, true);
                p = end + 1;
            } else if (most - p == PIECE) {
                int cut = boundary(in, p, most);
                lines.line(in, p, cut, false);
                p = cut;
            } else {
                keep(in, p, size);
                return;
            }
        }
        if (length == 0) {
            // A quiet container holds no memory for its next line.
            pending = NONE;
        }
    }

    /** Adds to the line that the chunk before left unfinished; returns how far it came. */
    private int goOn(byte[] in, int size, Lines lines) {
        int p = 0;
        while (length > 0 && p < size) {
            int most = Math.min(size, p + PIECE - length);
            int end = lineFeed(in, p, most);
            keep(in, p, end >= 0 ? end : most);
            if (end >= 0) {
                lines.line(pending, 0, length, true);
                length = 0;
                p = end + 1;
            } else {
                p = most;
                if (length == PIECE) {
                    int cut = boundary(pending, 0, length);
                    lines.line(pending, 0, cut, false);
                    System.arraycopy(pending, cut, pending, 0, length - cut);
                    length -= cut;
                }
            }
        }
        return p;
    }

    /** The stream's end: what is left is a piece without a line feed. */
    void end(Lines lines) {
        if (length > 0) {
            lines.line(pending, 0, length, false);
        }
        length = 0;
        pending = NONE;
    }

    private void keep(byte[] in, int from, int to) {
        int n = to - from;
        if (length + n > pending.length) {
            pending = Arrays.copyOf(pending, Math.min(PIECE, Math.max(2 * pending.length, length + n)));
        }
        System.arraycopy(in, from, pending, length, n);
        length += n;
    }

    private static int lineFeed(byte[] in, int from, int to) {
        for (int i = from; i < to; i++) {
            if (in[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** The end of the piece: before the UTF-8 sequence that goes on after it, if there is one. */
    private static int boundary(byte[] in, int from, int to) {
        for (int k = 1; k <= 3 && to - k > from; k++) {
            int b = in[to - k] & 0xff;
            if (b < 0x80) {
                return to;
            }
            if (b >= 0xc0) {
                int whole = b >= 0xf5 || b < 0xc2 ? 1 : b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
                return whole > k ? to - k : to;
            }
        }
        return to;
    }
}

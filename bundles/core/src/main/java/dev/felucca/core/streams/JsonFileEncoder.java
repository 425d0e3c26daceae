package dev.felucca.core.streams;

import dev.felucca.api.exec.StreamKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * Writes entries of the json-file format into a buffer that is used again and again. Each run of bytes that need no escape is
 * copied as a whole. Not thread-safe.
 */
final class JsonFileEncoder {
    /** An entry's bytes beside its text: head, line feed and tail. */
    private static final int FRAME = 128;

    private static final int CAPACITY = 4 * (6 * LineSplitter.PIECE + FRAME);
    private static final byte[] HEAD = ascii("{\"log\":\"");
    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final byte[] REPLACEMENT = ascii("\\ufffd");

    /** Whether a byte can be copied as it is without looking at its neighbours. */
    private static final boolean[] PLAIN = new boolean[256];

    static {
        Arrays.fill(PLAIN, 0x20, 0x80, true);
        for (byte b : ascii("\"\\<>&")) {
            PLAIN[b] = false;
        }
    }

    final byte[] out = new byte[CAPACITY];
    int length;

    /** Whether an entry with so many bytes of text fits for sure. */
    boolean fits(int text) {
        return 6 * text + FRAME <= CAPACITY - length;
    }

    /** @param tail from {@link #tail} */
    void entry(byte[] in, int from, int to, boolean complete, byte[] tail) {
        put(HEAD, 0, HEAD.length);
        text(in, from, to);
        if (complete) {
            out[length++] = '\\';
            out[length++] = 'n';
        }
        put(tail, 0, tail.length);
    }

    private void text(byte[] in, int from, int to) {
        int i = from;
        while (true) {
            int start = i;
            while (i < to && PLAIN[in[i] & 0xff]) {
                i++;
            }
            put(in, start, i - start);
            if (i == to) {
                return;
            }
            i = in[i] >= 0 ? escape(in, i) : wide(in, i, to);
        }
    }

    private int escape(byte[] in, int i) {
        byte b = in[i];
        out[length++] = '\\';
        switch (b) {
            case '"', '\\' -> out[length++] = b;
            case '\n' -> out[length++] = 'n';
            case '\r' -> out[length++] = 'r';
            default -> {
                out[length++] = 'u';
                out[length++] = '0';
                out[length++] = '0';
                out[length++] = HEX[b >> 4];
                out[length++] = HEX[b & 15];
            }
        }
        return i + 1;
    }

    private int wide(byte[] in, int i, int to) {
        int size = Utf8.sequence(in, i, to);
        if (size == 0) {
            put(REPLACEMENT, 0, REPLACEMENT.length);
            return i + 1;
        }
        if (size == 3 && in[i] == (byte) 0xe2 && in[i + 1] == (byte) 0x80 && (in[i + 2] & 0xfe) == 0xa8) {
            put(REPLACEMENT, 0, 2);
            out[length++] = '2';
            out[length++] = '0';
            out[length++] = '2';
            out[length++] = HEX[in[i + 2] & 15];
            return i + 3;
        }
        for (int k = 0; k < size; k++) {
            out[length++] = in[i + k];
        }
        return i + size;
    }

    private void put(byte[] from, int at, int n) {
        System.arraycopy(from, at, out, length, n);
        length += n;
    }

    /** What follows the text of all entries of one stream at one time. */
    static byte[] tail(StreamKind stream, Instant time) {
        String name = stream == StreamKind.STDERR ? "stderr" : "stdout";
        return ascii("\",\"stream\":\"" + name + "\",\"time\":\"" + time(time) + "\"}\n");
    }

    /** RFC 3339 in UTC with as many decimals as there are, like Go's RFC3339Nano. */
    static String time(Instant time) {
        var t = time.atOffset(ZoneOffset.UTC);
        var s = new StringBuilder(30);
        pad(s, t.getYear(), 4).append('-');
        pad(s, t.getMonthValue(), 2).append('-');
        pad(s, t.getDayOfMonth(), 2).append('T');
        pad(s, t.getHour(), 2).append(':');
        pad(s, t.getMinute(), 2).append(':');
        pad(s, t.getSecond(), 2);
        if (t.getNano() != 0) {
            s.append('.');
            pad(s, t.getNano(), 9);
            int end = s.length();
            while (s.charAt(end - 1) == '0') {
                end--;
            }
            s.setLength(end);
        }
        return s.append('Z').toString();
    }

    private static StringBuilder pad(StringBuilder s, int value, int digits) {
        String text = Integer.toString(value);
        for (int i = text.length(); i < digits; i++) {
            s.append('0');
        }
        return s.append(text);
    }

    private static byte[] ascii(String s) {
        return s.getBytes(StandardCharsets.US_ASCII);
    }
}

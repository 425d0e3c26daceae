package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.nio.charset.StandardCharsets;

/** The fields of a tar header block (tar(5)). */
final class TarFields {
    private static final int SUM = 148;

    private TarFields() {}

    static String string(byte[] h, int off, int len) {
        int n = 0;
        while (n < len && h[off + n] != 0) {
            n++;
        }
        return new String(h, off, n, StandardCharsets.UTF_8);
    }

    /** Name with ustar's prefix. GNU's old format uses the prefix's place for other things. */
    static String name(byte[] h) {
        String name = string(h, 0, 100);
        boolean ustar = string(h, 257, 6).equals("ustar") && h[263] == '0';
        String prefix = ustar ? string(h, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** An octal or base-256 number that is not negative. */
    static long number(byte[] h, int off, int len, String what) {
        if ((h[off] & 0x80) != 0) {
            return binary(h, off, len, what);
        }
        long value = 0;
        int i = off;
        while (i < off + len && (h[i] == ' ' || h[i] == 0)) {
            i++;
        }
        for (; i < off + len && h[i] != 0 && h[i] != ' '; i++) {
            if (h[i] < '0' || h[i] > '7') {
                throw EngineException.invalid(what + " is no tar archive: a number in a header is not octal");
            }
            value = value << 3 | (h[i] - '0');
        }
        return value;
    }

    private static long binary(byte[] h, int off, int len, String what) {
        long value = h[off] & 0x7f;
        for (int i = off + 1; i < off + len; i++) {
            if (value >= 1L << 54) {
                throw EngineException.invalid(what + ": a size in a tar header is out of range");
            }
            value = value << 8 | (h[i] & 0xff);
        }
        return value;
    }

    static long decimal(String text, String what) {
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw EngineException.invalid(what + ": size \"" + text + "\" in an extended header is no number");
        }
        return Long.parseLong(text);
    }

    static boolean isZero(byte[] h) {
        for (byte b : h) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** The sum of the header's bytes with its own field as spaces; old tars summed signed bytes. */
    static void checkSum(byte[] h, String what) {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < h.length; i++) {
            byte b = i >= SUM && i < SUM + 8 ? (byte) ' ' : h[i];
            unsigned += b & 0xff;
            signed += b;
        }
        long said = number(h, SUM, 8, what);
        if (said != unsigned && said != signed) {
            throw EngineException.invalid(what + " is no tar archive, or a damaged one: wrong header checksum");
        }
    }
}

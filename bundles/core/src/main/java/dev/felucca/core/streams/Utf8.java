package dev.felucca.core.streams;

/** Which bytes are UTF-8 (RFC 3629, section 4: no overlong forms, no surrogates, nothing above U+10FFFF). */
final class Utf8 {
    private Utf8() {}

    /** The length of the sequence of several bytes that begins at i, or 0 if there is none. */
    static int sequence(byte[] in, int i, int to) {
        int b = in[i] & 0xff;
        if (b < 0xc2 || b > 0xf4) {
            return 0;
        }
        int size = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
        if (size > to - i) {
            return 0;
        }
        int second = in[i + 1] & 0xff;
        int low = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
        int high = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
        if (second < low || second > high) {
            return 0;
        }
        for (int k = 2; k < size; k++) {
            if ((in[i + k] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return size;
    }
}

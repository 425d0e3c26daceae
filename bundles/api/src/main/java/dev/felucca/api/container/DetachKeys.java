package dev.felucca.api.container;

import dev.felucca.api.EngineException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Finds the key sequence that leaves a container in what is typed. Keys that may be its beginning are held back until the next
 * one decides.
 */
public final class DetachKeys {
    public static final String DEFAULT = "ctrl-p,ctrl-q";

    private final byte[] sequence;
    private int matched;

    private DetachKeys(byte[] sequence) {
        this.sequence = sequence;
    }

    /** Keys separated by commas: a character, or {@code ctrl-} and one of {@code a-z @ [ \ ] ^ _}; empty for none. */
    public static DetachKeys parse(String text) {
        if (text.isEmpty()) return new DetachKeys(new byte[0]);
        String[] keys = text.split(",", -1);
        byte[] sequence = new byte[keys.length];
        for (int i = 0; i < keys.length; i++) sequence[i] = key(keys[i]);
        return new DetachKeys(sequence);
    }

    private static byte key(String key) {
        if (key.length() == 1 && key.charAt(0) < 128) return (byte) key.charAt(0);
        if (key.length() == 6 && key.startsWith("ctrl-")) {
            char c = Character.toUpperCase(key.charAt(5));
            if (c >= '@' && c <= '_') return (byte) (c & 0x1f);
        }
        throw EngineException.invalid(
                "\"" + key + "\" is no key; give a character, or ctrl- and a letter or one of @ [ \\ ] ^ _");
    }

    /** What is to be sent on, and whether the sequence was complete. */
    public record Found(ByteBuffer send, boolean detach) {}

    /** Takes what was typed next; not thread-safe. */
    public Found scan(byte[] typed, int length) {
        if (sequence.length == 0) return new Found(ByteBuffer.wrap(typed, 0, length), false);
        byte[] send = new byte[matched + length];
        int n = 0;
        for (int i = 0; i < length; i++) {
            byte b = typed[i];
            while (matched > 0 && b != sequence[matched]) {
                // the longest shorter beginning that the held keys also are; what comes before it is sent
                int keep = shorter();
                for (int k = 0; k < matched - keep; k++) send[n++] = sequence[k];
                matched = keep;
            }
            if (b == sequence[matched]) matched++;
            else send[n++] = b;
            if (matched == sequence.length) return new Found(ByteBuffer.wrap(send, 0, n), true);
        }
        return new Found(ByteBuffer.wrap(send, 0, n), false);
    }

    private int shorter() {
        for (int k = matched - 1; k > 0; k--)
            if (Arrays.equals(sequence, 0, k, sequence, matched - k, matched)) return k;
        return 0;
    }
}

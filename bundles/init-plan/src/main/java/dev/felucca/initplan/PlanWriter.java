package dev.felucca.initplan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the primitive types of a plan, little-endian: u32, u64, byte strings (u32 length, the bytes, a NUL for text, zeros up to
 * a multiple of 4) and lists of strings (u32 count first). Only {@link Op}s and {@link Plan} use it.
 */
public final class PlanWriter {
    private ByteBuffer buffer = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);

    PlanWriter() {}

    PlanWriter u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    PlanWriter u32(int value) {
        room(4).putInt(value);
        return this;
    }

    PlanWriter u64(long value) {
        room(8).putLong(value);
        return this;
    }

    PlanWriter string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        for (byte b : utf8) {
            if (b == 0) {
                throw new IllegalArgumentException("a string of a plan contains a NUL: " + text.replace('\0', '?'));
            }
        }
        return bytes(Arrays.copyOf(utf8, utf8.length + 1));
    }

    PlanWriter strings(List<String> texts) {
        u32(texts.size());
        texts.forEach(this::string);
        return this;
    }

    /** Bytes as they are, without a NUL. */
    PlanWriter bytes(byte[] bytes) {
        u32(bytes.length);
        int padded = (bytes.length + 3) & ~3;
        room(padded).put(bytes);
        for (int i = bytes.length; i < padded; i++) {
            buffer.put((byte) 0);
        }
        return this;
    }

    int position() {
        return buffer.position();
    }

    void putU32(int at, int value) {
        buffer.putInt(at, value);
    }

    byte[] toBytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(buffer.capacity() * 2, buffer.position() + bytes))
                    .order(ByteOrder.LITTLE_ENDIAN);
            buffer.flip();
            buffer = larger.put(buffer);
        }
        return buffer;
    }
}

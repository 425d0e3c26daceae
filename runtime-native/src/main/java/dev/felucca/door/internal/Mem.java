package dev.felucca.door.internal;

import java.nio.ByteBuffer;

/** A piece of native memory with bounds, in the machine's byte order; lives as long as its {@link Scratch} frame. */
public final class Mem {
    private final ByteBuffer buffer;
    private final int base;
    private final int size;
    private final long address;

    Mem(ByteBuffer buffer, int base, int size, long address) {
        this.buffer = buffer;
        this.base = base;
        this.size = size;
        this.address = address;
    }

    public long address() {
        return address;
    }

    public int size() {
        return size;
    }

    private int at(int offset, int length) {
        if (offset < 0 || length < 0 || offset + length > size) {
            throw new IndexOutOfBoundsException("offset " + offset + " length " + length + " of " + size);
        }
        return base + offset;
    }

    public int getByte(int offset) {
        return buffer.get(at(offset, 1)) & 0xFF;
    }

    public int getShort(int offset) {
        return buffer.getShort(at(offset, 2)) & 0xFFFF;
    }

    public int getInt(int offset) {
        return buffer.getInt(at(offset, 4));
    }

    public long getLong(int offset) {
        return buffer.getLong(at(offset, 8));
    }

    public byte[] get(int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(at(offset, length), bytes);
        return bytes;
    }

    public Mem putByte(int offset, int value) {
        buffer.put(at(offset, 1), (byte) value);
        return this;
    }

    public Mem putShort(int offset, int value) {
        buffer.putShort(at(offset, 2), (short) value);
        return this;
    }

    public Mem putInt(int offset, int value) {
        buffer.putInt(at(offset, 4), value);
        return this;
    }

    public Mem putLong(int offset, long value) {
        buffer.putLong(at(offset, 8), value);
        return this;
    }

    public Mem put(int offset, byte[] bytes) {
        buffer.put(at(offset, bytes.length), bytes);
        return this;
    }

    /** The text up to the first NUL, at most to the end. */
    public String string(int offset) {
        int end = offset;
        while (end < size && getByte(end) != 0) {
            end++;
        }
        return CStrings.decode(get(offset, end - offset));
    }
}

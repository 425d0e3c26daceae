package dev.felucca.door.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/** The payload of a netlink message being built: a fixed header, then attributes, each padded to four bytes (netlink(7)). */
final class Payload {
    private static final int NLA_F_NESTED = 0x8000;

    private ByteBuffer b = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    private void room(int bytes) {
        if (b.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(b.capacity() * 2, b.position() + bytes))
                    .order(ByteOrder.nativeOrder());
            b = larger.put(b.flip());
        }
    }

    /** Bytes of the fixed header, in order. */
    Payload header(byte... bytes) {
        room(bytes.length);
        b.put(bytes);
        return this;
    }

    Payload int32(int value) {
        room(4);
        b.putInt(value);
        return this;
    }

    Payload bytes(int type, byte[] value) {
        int padded = (value.length + 3) & ~3;
        room(4 + padded);
        b.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        return header(new byte[padded - value.length]);
    }

    Payload u8(int type, int value) {
        return bytes(type, new byte[] {(byte) value});
    }

    Payload u16(int type, int value) {
        return bytes(
                type,
                ByteBuffer.allocate(2)
                        .order(ByteOrder.nativeOrder())
                        .putShort((short) value)
                        .array());
    }

    Payload u32(int type, int value) {
        return bytes(
                type,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.nativeOrder())
                        .putInt(value)
                        .array());
    }

    /** Big-endian, as nf_tables has all its numbers. */
    Payload be32(int type, int value) {
        return bytes(type, ByteBuffer.allocate(4).putInt(value).array());
    }

    /** With the NUL byte that the kernel wants. */
    Payload string(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return bytes(type, Arrays.copyOf(text, text.length + 1));
    }

    Payload nest(int type, Consumer<Payload> body) {
        room(4);
        int start = b.position();
        b.putInt(0);
        body.accept(this);
        b.putShort(start, (short) (b.position() - start)).putShort(start + 2, (short) (type | NLA_F_NESTED));
        return this;
    }

    /** What was built, ready to be read. */
    ByteBuffer done() {
        return b.duplicate().order(ByteOrder.nativeOrder()).flip();
    }
}

package dev.felucca.docker.route;

import dev.felucca.api.exec.StreamKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;

/** Docker's framing of output without a terminal: stream (1 or 2), three zero bytes, length (32 bits, big-endian), bytes. */
final class StdCopy {
    private static final int HEADER = 8;

    private StdCopy() {}

    /** What a client up to 1.41 is told, and of a terminal any. */
    static final String RAW = "application/vnd.docker.raw-stream";

    static String contentType(boolean tty, int minor) {
        return tty || minor < 42 ? RAW : "application/vnd.docker.multiplexed-stream";
    }

    static ByteBuf frame(ByteBufAllocator allocator, StreamKind stream, ByteBuffer data) {
        int length = data.remaining();
        return allocator
                .buffer(HEADER + length)
                .writeInt((stream == StreamKind.STDERR ? 2 : 1) << 24)
                .writeInt(length)
                .writeBytes(data);
    }

    static ByteBuf raw(ByteBufAllocator allocator, ByteBuffer data) {
        return allocator.buffer(data.remaining()).writeBytes(data);
    }
}

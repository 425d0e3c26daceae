package dev.felucca.shell.transport;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import org.jspecify.annotations.Nullable;

/** Frames over a blocking stream channel. One thread reads; any thread writes, a frame at a time. */
final class FrameChannel implements Closeable {
    private final ByteChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(16 << 10).flip();
    private final ByteBuffer header = ByteBuffer.allocate(Frame.HEADER);
    private final Object writing = new Object();

    FrameChannel(ByteChannel channel) {
        this.channel = channel;
    }

    /**
     * The next frame, or null at the end of the stream between two frames. Its payload is the caller's own.
     *
     * @throws ProtocolException if it is malformed, or not one that a client may send
     */
    @Nullable
    Frame read() throws IOException {
        if (!need(Frame.HEADER)) return null;
        int head = in.getInt();
        int length = in.getInt();
        Frame.Type type = Frame.Type.of(head >>> 24);
        if ((head & 0xffffff) != 0)
            throw new ProtocolException(type + " has a header with bytes set that must be zero");
        if (!type.fromClient()) throw new ProtocolException(type + " does not go from client to server");
        if (length < 0 || length > type.maxPayload())
            throw new ProtocolException(type + " is " + Integer.toUnsignedString(length) + " bytes long, the limit is "
                    + type.maxPayload());
        ByteBuffer payload = ByteBuffer.allocate(length);
        int buffered = Math.min(length, in.remaining());
        payload.put(in.slice(in.position(), buffered));
        in.position(in.position() + buffered);
        while (payload.hasRemaining()) if (channel.read(payload) < 0) throw cut();
        return new Frame(type, payload.flip());
    }

    /** Makes {@code n} bytes available in the buffer; false at a clean end of the stream. */
    private boolean need(int n) throws IOException {
        if (in.remaining() >= n) return true;
        in.compact();
        try {
            while (in.position() < n) {
                if (channel.read(in) < 0) {
                    if (in.position() == 0) return false;
                    throw cut();
                }
            }
            return true;
        } finally {
            in.flip();
        }
    }

    private static EOFException cut() {
        return new EOFException("the connection ended in the middle of a frame");
    }

    /** Writes one frame; its payload is consumed. Blocks while the peer does not read. */
    void write(Frame frame) throws IOException {
        synchronized (writing) {
            header.clear();
            header.putInt(frame.type().code << 24)
                    .putInt(frame.payload().remaining())
                    .flip();
            ByteBuffer one = frame.payload();
            if (one.remaining() <= 4096) {
                // one system call for what is small
                ByteBuffer joined = ByteBuffer.allocate(Frame.HEADER + one.remaining());
                one = joined.put(header).put(one).flip();
            } else {
                while (header.hasRemaining()) channel.write(header);
            }
            while (one.hasRemaining()) channel.write(one);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

package dev.felucca.shell.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FrameChannelTest {

    /** Gives its input in pieces of one size, and collects what is written, a few bytes at a time. */
    private static final class Pieces implements ByteChannel {
        private final ByteBuffer input;
        private final int size;
        final ByteArrayOutputStream written = new ByteArrayOutputStream();

        Pieces(byte[] input, int size) {
            this.input = ByteBuffer.wrap(input);
            this.size = size;
        }

        @Override
        public int read(ByteBuffer to) {
            if (!input.hasRemaining()) return -1;
            int n = Math.min(Math.min(size, input.remaining()), to.remaining());
            to.put(input.slice(input.position(), n));
            input.position(input.position() + n);
            return n;
        }

        @Override
        public int write(ByteBuffer from) {
            int n = Math.min(size, from.remaining());
            for (int i = 0; i < n; i++) written.write(from.get());
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static byte[] frame(int type, int zero, int length, byte[] payload) {
        return ByteBuffer.allocate(Frame.HEADER + payload.length)
                .putInt(type << 24 | zero)
                .putInt(length)
                .put(payload)
                .array();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] p : parts) all.writeBytes(p);
        return all.toByteArray();
    }

    @Test
    void readsFramesInWhateverPiecesTheyCome() throws IOException {
        byte[] big = new byte[Frame.MAX_PAYLOAD];
        Arrays.fill(big, (byte) 'x');
        byte[] stream =
                join(frame(6, 0, 1, new byte[] {15}), frame(3, 0, big.length, big), frame(4, 0, 0, new byte[0]));
        for (int size : new int[] {1, 7, 8, 9, 1 << 20}) {
            FrameChannel channel = new FrameChannel(new Pieces(stream, size));
            Frame signal = present(channel.read());
            assertEquals(Frame.Type.SIGNAL, signal.type());
            assertEquals(15, signal.number(1));
            Frame data = present(channel.read());
            assertEquals(ByteBuffer.wrap(big), data.payload());
            assertEquals(Frame.Type.STDIN_EOF, present(channel.read()).type());
            assertNull(channel.read());
        }
    }

    private static Frame present(@Nullable Frame frame) {
        assertNotNull(frame);
        return frame;
    }

    @Test
    void refusesMalformedFrames() {
        record Case(ByteBuffer stream, Class<? extends IOException> thrown, String says) {}
        for (Case c : new Case[] {
            new Case(ByteBuffer.wrap(frame(0, 0, 0, new byte[0])), ProtocolException.class, "unknown frame type 0"),
            new Case(ByteBuffer.wrap(frame(31, 0, 0, new byte[0])), ProtocolException.class, "unknown frame type 31"),
            new Case(ByteBuffer.wrap(frame(255, 0, 0, new byte[0])), ProtocolException.class, "unknown frame type 255"),
            new Case(ByteBuffer.wrap(frame(3, 1, 0, new byte[0])), ProtocolException.class, "must be zero"),
            new Case(ByteBuffer.wrap(frame(17, 0, 0, new byte[0])), ProtocolException.class, "does not go from client"),
            new Case(ByteBuffer.wrap(frame(3, 0, -1, new byte[0])), ProtocolException.class, "4294967295 bytes"),
            new Case(
                    ByteBuffer.wrap(frame(3, 0, Frame.MAX_PAYLOAD + 1, new byte[0])),
                    ProtocolException.class,
                    "the limit is 65536"),
            new Case(
                    ByteBuffer.wrap(frame(2, 0, Frame.MAX_EXEC + 1, new byte[0])),
                    ProtocolException.class,
                    "the limit is 4194304"),
            new Case(ByteBuffer.wrap(frame(3, 0, 5, new byte[2])), EOFException.class, "middle of a frame"),
            new Case(ByteBuffer.wrap(new byte[] {3, 0, 0}), EOFException.class, "middle of a frame"),
        }) {
            IOException e = assertThrows(
                    c.thrown(), () -> new FrameChannel(new Pieces(c.stream().array(), 4)).read());
            assertTrue(String.valueOf(e.getMessage()).contains(c.says()), e.toString());
        }
    }

    @Test
    void writesWholeFramesToASlowChannel() throws IOException {
        byte[] big = new byte[10_000];
        Pieces pieces = new Pieces(new byte[0], 3);
        FrameChannel channel = new FrameChannel(pieces);
        channel.write(new Frame(Frame.Type.STDOUT, ByteBuffer.wrap(big)));
        channel.write(Frame.of(Frame.Type.EXIT, 1, 137));
        assertArrayEquals(
                join(frame(17, 0, big.length, big), frame(21, 0, 1, new byte[] {(byte) 137})),
                pieces.written.toByteArray());
    }
}

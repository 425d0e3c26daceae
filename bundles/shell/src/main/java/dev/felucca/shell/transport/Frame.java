package dev.felucca.shell.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One message of the protocol.
 *
 * @param type what it says
 * @param payload its content, from position to limit
 */
record Frame(Type type, ByteBuffer payload) {

    /** Bytes of a header: type, three zero bytes, length (unsigned, big-endian). */
    static final int HEADER = 8;

    /** The longest payload of an EXEC: arguments and environment together, twice the kernel's own usual limit. */
    static final int MAX_EXEC = 4 << 20;

    /** The longest payload of every other frame. */
    static final int MAX_PAYLOAD = 64 << 10;

    /** The version that both sides say in their first frame. */
    static final int VERSION = 1;

    /** The kinds of frames; codes below 16 go from client to server. */
    enum Type {
        HELLO(1),
        EXEC(2),
        STDIN(3),
        STDIN_EOF(4),
        RESIZE(5),
        SIGNAL(6),
        STDOUT(17),
        STDERR(18),
        RAW(19),
        WINDOW(20),
        EXIT(21),
        ERROR(22);

        private static final Type[] BY_CODE = new Type[32];

        static {
            for (Type t : values()) BY_CODE[t.code] = t;
        }

        final int code;

        Type(int code) {
            this.code = code;
        }

        static Type of(int code) throws ProtocolException {
            Type type = code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
            if (type == null) throw new ProtocolException("unknown frame type " + code);
            return type;
        }

        int maxPayload() {
            return this == EXEC ? MAX_EXEC : MAX_PAYLOAD;
        }

        boolean fromClient() {
            return code < 16;
        }
    }

    /** A frame with one number of 1, 2 or 4 bytes as its payload. */
    static Frame of(Type type, int bytes, int value) {
        ByteBuffer b = ByteBuffer.allocate(bytes);
        switch (bytes) {
            case 1 -> b.put((byte) value);
            case 2 -> b.putShort((short) value);
            case 4 -> b.putInt(value);
            default -> throw new IllegalArgumentException("no number of " + bytes + " bytes");
        }
        return new Frame(type, b.flip());
    }

    /** An ERROR frame; a text too long for a frame is cut. */
    static Frame error(String text) {
        byte[] b = text.getBytes(StandardCharsets.UTF_8);
        return new Frame(Type.ERROR, ByteBuffer.wrap(b, 0, Math.min(b.length, MAX_PAYLOAD)));
    }

    /** Takes the payload as one number of exactly so many bytes, unsigned up to two bytes. */
    int number(int bytes) throws ProtocolException {
        if (payload.remaining() != bytes)
            throw new ProtocolException(type + " has " + payload.remaining() + " bytes in place of " + bytes);
        return switch (bytes) {
            case 1 -> payload.get(payload.position()) & 0xff;
            case 2 -> payload.getShort(payload.position()) & 0xffff;
            case 4 -> payload.getInt(payload.position());
            default -> throw new IllegalArgumentException("no number of " + bytes + " bytes");
        };
    }
}

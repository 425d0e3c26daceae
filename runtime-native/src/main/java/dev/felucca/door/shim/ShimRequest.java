package dev.felucca.door.shim;

import dev.felucca.door.Fd;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A message to a shim: words, then strings, with descriptors, which are lent. */
record ShimRequest(Kind kind, List<Integer> words, List<String> text, List<Fd> descriptors) {
    /** With the protocol's numbers. */
    enum Kind {
        HOLD(1),
        STARTED(2),
        INIT(3),
        RUN(4),
        NAMESPACE(5),
        ATTACH(6),
        CLOSE_STDIN(7),
        RESIZE(8),
        SIGNAL(9),
        STATE(10),
        DELETE(11),
        JOIN(12);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    static ShimRequest of(Kind kind, Integer... words) {
        return new ShimRequest(kind, List.of(words), List.of(), List.of());
    }

    ShimRequest with(List<Fd> fds) {
        return new ShimRequest(kind, words, text, fds);
    }

    ShimRequest say(List<String> strings) {
        return new ShimRequest(kind, words, strings, descriptors);
    }

    byte[] encode(int tag) {
        ByteBuffer head = ByteBuffer.allocate(8 + 4 * words.size()).order(ByteOrder.LITTLE_ENDIAN);
        head.putInt(kind.number).putInt(tag);
        words.forEach(head::putInt);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head.array());
        for (String s : text) {
            out.writeBytes(s.getBytes(StandardCharsets.UTF_8));
            out.write(0);
        }
        return out.toByteArray();
    }
}

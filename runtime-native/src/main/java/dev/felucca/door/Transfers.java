package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Reading and writing of whole small files, as the kernel's own (/proc, /sys, cgroups) want it: one call a write. */
public final class Transfers {
    private static final int CONTROL_FILE_LIMIT = 1 << 20;

    private Transfers() {}

    static byte[] readAll(Fd fd, int limit) {
        var all = new ByteArrayOutputStream();
        byte[] piece = new byte[8192];
        while (true) {
            int n = Descriptors.read(fd, piece);
            if (n == 0) {
                return all.toByteArray();
            }
            all.write(piece, 0, n);
            if (all.size() > limit) {
                throw EngineException.invalid(fd.description() + " is longer than " + limit + " bytes");
            }
        }
    }

    /** The text of a control file below {@code dir}, without a trailing newline; at most 1 MiB. */
    public static String readText(Fd dir, String path) {
        try (Fd fd = Descriptors.openat(dir, path, Descriptors.O_RDONLY, 0)) {
            String text = new String(readAll(fd, CONTROL_FILE_LIMIT), java.nio.charset.StandardCharsets.UTF_8);
            return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        }
    }

    /**
     * Writes a control file below {@code dir} with one write(2), as the kernel's files take it. The failure names the
     * value too, because what is wrong is as a rule the value.
     */
    public static void writeText(Fd dir, String path, String value) {
        try (Fd fd = Descriptors.openat(dir, path, Descriptors.O_WRONLY, 0)) {
            writeText(fd, value);
        }
    }

    /** As {@link #writeText(Fd, String, String)}, on an open descriptor. */
    public static void writeText(Fd fd, String value) {
        byte[] bytes = value.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        long r = Descriptors.transfer(Nr.WRITE, fd, ByteBuffer.wrap(bytes), 0, false);
        if (r < 0) {
            throw Sys.failure("write \"" + value + "\" to", fd.description(), (int) -r);
        }
        if (r != bytes.length) {
            throw EngineException.internal(
                    fd.description() + " took " + r + " of " + bytes.length + " bytes of \"" + value + "\"", null);
        }
    }

    /** A direct buffer in the machine's byte order, for calls that are made often. */
    public static ByteBuffer directBuffer(int bytes) {
        return Scratch.direct(bytes);
    }
}

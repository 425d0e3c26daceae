package dev.felucca.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The little of elf(5) that says whether a program needs a dynamic linker. */
final class Elf {
    private static final int HEADER = 64;
    private static final int PT_INTERP = 3;

    private Elf() {}

    /** Whether it is a 64-bit little-endian program that needs no other file to run. */
    static boolean isStatic(Path program) throws IOException {
        try (FileChannel c = FileChannel.open(program, StandardOpenOption.READ)) {
            ByteBuffer h = read(c, 0, HEADER);
            if (h.getInt(0) != 0x464c457f || h.get(4) != 2 || h.get(5) != 1) {
                return false;
            }
            long at = h.getLong(32);
            int size = h.getShort(54) & 0xffff;
            int count = h.getShort(56) & 0xffff;
            for (int i = 0; i < count; i++) {
                if (read(c, at + (long) i * size, 4).getInt(0) == PT_INTERP) {
                    return false;
                }
            }
            return count > 0;
        } catch (EOFException e) {
            // Shorter than its own header says: no program.
            return false;
        }
    }

    private static ByteBuffer read(FileChannel c, long at, int n) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(n).order(ByteOrder.LITTLE_ENDIAN);
        while (b.hasRemaining()) {
            if (at < 0 || c.read(b, at + b.position()) < 0) {
                throw new EOFException();
            }
        }
        return b;
    }
}

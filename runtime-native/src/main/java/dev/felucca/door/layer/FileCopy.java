package dev.felucca.door.layer;

import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.nio.ByteBuffer;

/** Copies a file's data: shared blocks if the file system can, else within the kernel, else through memory; holes stay. */
final class FileCopy {
    private static final int CHUNK = 1 << 30;

    private FileCopy() {}

    static void copy(Fd from, Fd to, long size) {
        if (size == 0) {
            return;
        }
        long r = Sys.raw(Nr.IOCTL, to.number(), Calls.FICLONE, from.number());
        if (r >= 0) {
            return;
        }
        if (!Calls.unsupported(r) && r != -Errno.EPERM) {
            Sys.check("ioctl FICLONE", to, r);
        }
        long at = 0;
        while (at < size) {
            long data = Calls.lseek(from, at, Calls.SEEK_DATA);
            if (data == -Errno.ENXIO) {
                break; // only a hole is left
            }
            long hole = data < 0 ? size : Sys.check("lseek", from, Calls.lseek(from, data, Calls.SEEK_HOLE));
            data = Math.max(data, at);
            piece(from, to, data, hole);
            at = hole;
        }
        Descriptors.truncate(to, size);
    }

    private static void piece(Fd from, Fd to, long start, long end) {
        long at = start;
        try (Scratch s = Scratch.open()) {
            var offsets = s.alloc(16);
            while (at < end) {
                offsets.putLong(0, at).putLong(8, at);
                long r = Sys.raw(
                        Calls.COPY_FILE_RANGE,
                        from.number(),
                        offsets.address(),
                        to.number(),
                        offsets.address() + 8,
                        Math.min(end - at, CHUNK));
                if (Calls.unsupported(r)) {
                    through(from, to, at, end);
                    return;
                }
                Sys.check("copy_file_range", to, r);
                if (r == 0) {
                    return; // shorter than it was
                }
                at += r;
            }
        }
    }

    private static void through(Fd from, Fd to, long start, long end) {
        ByteBuffer b = Scratch.direct(256 * 1024);
        long at = start;
        while (at < end) {
            b.clear().limit((int) Math.min(b.capacity(), end - at));
            if (Descriptors.pread(from, b, at) == 0) {
                return;
            }
            b.flip();
            while (b.hasRemaining()) {
                at += Descriptors.pwrite(to, b, at);
            }
        }
    }
}

package dev.felucca.door.layer;

import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;

/** System calls on trees that answer with {@code -errno} where an error is an ordinary case, not worth an exception. */
final class Calls {
    static final int GETDENTS64 = Nr.X86_64 ? 217 : 61;
    static final int COPY_FILE_RANGE = Nr.X86_64 ? 326 : 285;
    static final int FICLONE = 0x40049409;
    static final int SEEK_DATA = 3;
    static final int SEEK_HOLE = 4;

    private Calls() {}

    /** openat(2), close-on-exec. */
    static long open(Fd dir, String path, int flags, int mode) {
        try (Scratch s = Scratch.open()) {
            return Sys.raw(
                    Nr.OPENAT, dir.number(), s.string(path), flags | dev.felucca.door.Descriptors.O_CLOEXEC, mode);
        }
    }

    static long mkdir(Fd dir, String path, int mode) {
        try (Scratch s = Scratch.open()) {
            return Sys.raw(Nr.MKDIRAT, dir.number(), s.string(path), mode);
        }
    }

    static long unlink(Fd dir, String path, int flags) {
        try (Scratch s = Scratch.open()) {
            return Sys.raw(Nr.UNLINKAT, dir.number(), s.string(path), flags);
        }
    }

    static long lseek(Fd fd, long offset, int whence) {
        return Sys.raw(Nr.LSEEK, fd.number(), offset, whence);
    }

    static boolean unsupported(long result) {
        return result == -Errno.EOPNOTSUPP
                || result == -Errno.EXDEV
                || result == -Errno.EINVAL
                || result == -Errno.ENOSYS
                || result == -Errno.ENOTTY;
    }
}

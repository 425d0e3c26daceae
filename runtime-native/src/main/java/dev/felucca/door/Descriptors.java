package dev.felucca.door;

import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Opening, reading, writing and tuning descriptors: open(2), openat2(2), read(2), write(2), pipe(2), fcntl(2),
 * eventfd(2), flock(2), close_range(2), fsync(2). Every descriptor is made close-on-exec.
 */
public final class Descriptors {
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_NOCTTY = 0x100;
    public static final int O_TRUNC = 0x200;
    public static final int O_APPEND = 0x400;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_DIRECTORY = Nr.X86_64 ? 0x10000 : 0x4000;
    public static final int O_NOFOLLOW = Nr.X86_64 ? 0x20000 : 0x8000;
    public static final int O_CLOEXEC = 0x80000;
    public static final int O_PATH = 0x200000;
    public static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

    /** openat2(2): how a path may be resolved. */
    public static final long RESOLVE_NO_XDEV = 1;

    public static final long RESOLVE_NO_MAGICLINKS = 2;
    public static final long RESOLVE_NO_SYMLINKS = 4;
    public static final long RESOLVE_BENEATH = 8;
    public static final long RESOLVE_IN_ROOT = 16;

    public static final int LOCK_SH = 1;
    public static final int LOCK_EX = 2;
    public static final int LOCK_UN = 8;

    public static final int EFD_SEMAPHORE = 1;

    static final int F_DUPFD_CLOEXEC = 1030;
    private static final short POLLIN = 1;
    private static final int F_GETFD = 1;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int F_GETPIPE_SZ = 1032;
    private static final int LOCK_NB = 4;
    private static final int OPENAT2_TRIES = 128;

    private Descriptors() {}

    public static Fd open(String path, int flags) {
        return openat(Fd.CWD, path, flags, 0);
    }

    public static Fd open(String path, int flags, int mode) {
        return openat(Fd.CWD, path, flags, mode);
    }

    public static Fd openat(Fd dir, String path, int flags, int mode) {
        try (Scratch s = Scratch.open()) {
            long r = Sys.raw(Nr.OPENAT, dir.number(), s.string(path), flags | O_CLOEXEC, mode);
            Sys.check("openat", dir, path, r);
            return Fd.own((int) r, Sys.describe(dir, path));
        }
    }

    /**
     * openat2(2). With RESOLVE_IN_ROOT or RESOLVE_BENEATH the kernel answers EAGAIN when something was renamed meanwhile;
     * that is tried again a limited number of times.
     *
     * @param resolve RESOLVE_* flags
     */
    public static Fd openat2(Fd dir, String path, int flags, int mode, long resolve) {
        try (Scratch s = Scratch.open()) {
            long how = s.alloc(24)
                    .putLong(0, Integer.toUnsignedLong(flags | O_CLOEXEC))
                    .putLong(8, mode)
                    .putLong(16, resolve)
                    .address();
            long name = s.string(path);
            long r = -Errno.EAGAIN;
            for (int i = 0; i < OPENAT2_TRIES && r == -Errno.EAGAIN; i++) {
                r = Sys.raw(Nr.OPENAT2, dir.number(), name, how, 24);
            }
            Sys.check("openat2", dir, path, r);
            return Fd.own((int) r, Sys.describe(dir, path));
        }
    }

    /**
     * Reads once into the buffer's free space and moves its position.
     *
     * @return the number of bytes; 0 at the end of the file
     */
    public static int read(Fd fd, ByteBuffer into) {
        return (int) Sys.check("read", fd, transfer(Nr.READ, fd, into, 0, true));
    }

    /** As {@link #read(Fd, ByteBuffer)}, at a position of the file. */
    public static int pread(Fd fd, ByteBuffer into, long position) {
        return (int) Sys.check("pread", fd, transfer(Nr.PREAD64, fd, into, position, true));
    }

    /** Writes once what the buffer holds; may write less than all of it. */
    public static int write(Fd fd, ByteBuffer from) {
        return (int) Sys.check("write", fd, transfer(Nr.WRITE, fd, from, 0, false));
    }

    /** As {@link #write(Fd, ByteBuffer)}, at a position of the file. */
    public static int pwrite(Fd fd, ByteBuffer from, long position) {
        return (int) Sys.check("pwrite", fd, transfer(Nr.PWRITE64, fd, from, position, false));
    }

    public static int read(Fd fd, byte[] into) {
        return read(fd, ByteBuffer.wrap(into));
    }

    public static int write(Fd fd, byte[] from) {
        return write(fd, ByteBuffer.wrap(from));
    }

    /** Writes all of the bytes; on a non-blocking descriptor that is full, fails with EAGAIN. */
    public static void writeAll(Fd fd, ByteBuffer from) {
        while (from.hasRemaining()) {
            write(fd, from);
        }
    }

    public static void writeAll(Fd fd, byte[] from) {
        writeAll(fd, ByteBuffer.wrap(from));
    }

    /** Reads to the end of the file; the limit guards against files that never end. */
    public static byte[] readAll(Fd fd, int limit) {
        return Transfers.readAll(fd, limit);
    }

    /** As {@link #read(Fd, ByteBuffer)}, and -1 if there is nothing to read now (EAGAIN). */
    public static int tryRead(Fd fd, ByteBuffer into) {
        return tried("read", fd, transfer(Nr.READ, fd, into, 0, true));
    }

    /** As {@link #write(Fd, ByteBuffer)}, and -1 if nothing can be written now (EAGAIN). */
    public static int tryWrite(Fd fd, ByteBuffer from) {
        return tried("write", fd, transfer(Nr.WRITE, fd, from, 0, false));
    }

    private static int tried(String call, Fd fd, long r) {
        return r == -Errno.EAGAIN ? -1 : (int) Sys.check(call, fd, r);
    }

    /** The call's own result, so that EAGAIN can be told without an exception. */
    static long transfer(int call, Fd fd, ByteBuffer buffer, long position, boolean in) {
        if (buffer.isDirect()) {
            long address = Scratch.addressOf(buffer) + buffer.position();
            try {
                long r = Sys.raw(call, fd.number(), address, buffer.remaining(), position);
                if (r > 0) {
                    buffer.position(buffer.position() + (int) r);
                }
                return r;
            } finally {
                Reference.reachabilityFence(buffer);
            }
        }
        ByteBuffer direct = Scratch.transfer();
        int n = Math.min(direct.capacity(), buffer.remaining());
        if (!in) {
            direct.put(0, slice(buffer, n), 0, n);
        }
        long r = Sys.raw(call, fd.number(), Scratch.addressOf(direct), n, position);
        if (r > 0) {
            if (in) {
                buffer.put(direct.limit((int) r));
            } else {
                buffer.position(buffer.position() + (int) r);
            }
        }
        return r;
    }

    private static byte[] slice(ByteBuffer buffer, int n) {
        byte[] bytes = new byte[n];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    /** The two ends of a pipe. */
    public record Pipe(Fd reader, Fd writer) implements AutoCloseable {
        @Override
        public void close() {
            reader.close();
            writer.close();
        }
    }

    /** A pipe; flags may hold O_NONBLOCK (for both ends). */
    public static Pipe pipe(int flags) {
        try (Scratch s = Scratch.open()) {
            var fds = s.alloc(8);
            Sys.check("pipe2", "", Sys.raw(Nr.PIPE2, fds.address(), flags | O_CLOEXEC));
            return new Pipe(Fd.own(fds.getInt(0), "pipe, reading end"), Fd.own(fds.getInt(4), "pipe, writing end"));
        }
    }

    public static void setNonblocking(Fd fd, boolean on) {
        setFlag(fd, F_GETFL, F_SETFL, O_NONBLOCK, on);
    }

    /** Close-on-exec is on for all that the door opens; off only for what a program is to inherit by number. */
    public static void setCloseOnExec(Fd fd, boolean on) {
        setFlag(fd, F_GETFD, F_SETFD, 1, on);
    }

    private static void setFlag(Fd fd, int get, int set, int bit, boolean on) {
        long flags = Sys.check("fcntl", fd, Sys.raw(Nr.FCNTL, fd.number(), get, 0));
        Sys.check("fcntl", fd, Sys.raw(Nr.FCNTL, fd.number(), set, on ? flags | bit : flags & ~bit));
    }

    /** O_* access mode and status flags (F_GETFL). */
    public static int statusFlags(Fd fd) {
        return (int) Sys.check("fcntl F_GETFL", fd, Sys.raw(Nr.FCNTL, fd.number(), F_GETFL, 0));
    }

    /** Descriptor flags (F_GETFD): 1 is FD_CLOEXEC. */
    public static int descriptorFlags(Fd fd) {
        return (int) Sys.check("fcntl F_GETFD", fd, Sys.raw(Nr.FCNTL, fd.number(), F_GETFD, 0));
    }

    /** Asks for a pipe capacity in bytes; the one that was given (F_SETPIPE_SZ). */
    public static int setPipeSize(Fd fd, int bytes) {
        return (int) Sys.check("fcntl F_SETPIPE_SZ", fd, Sys.raw(Nr.FCNTL, fd.number(), F_SETPIPE_SZ, bytes));
    }

    public static int pipeSize(Fd fd) {
        return (int) Sys.check("fcntl F_GETPIPE_SZ", fd, Sys.raw(Nr.FCNTL, fd.number(), F_GETPIPE_SZ, 0));
    }

    /** ppoll(2): waits until there is something to read, or its end; false if that has not come in this time. */
    public static boolean awaitReadable(Fd fd, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try (Scratch s = Scratch.open()) {
            Mem poll = s.alloc(8).putInt(0, fd.number()).putShort(4, POLLIN);
            Mem time = s.alloc(16);
            while (true) {
                long left = Math.max(0, end - System.nanoTime());
                time.putLong(0, left / 1_000_000_000).putLong(8, left % 1_000_000_000);
                long r = Sys.onceOf5(Nr.PPOLL, poll.address(), 1, time.address(), 0, 8);
                if (r != -Errno.EINTR) {
                    return Sys.check("ppoll", fd, r) > 0;
                }
            }
        }
    }

    /** An eventfd; flags: O_NONBLOCK, EFD_SEMAPHORE. */
    public static Fd eventfd(int initial, int flags) {
        return Sys.fd("eventfd", "eventfd", Sys.raw(Nr.EVENTFD2, initial, flags | O_CLOEXEC));
    }

    /**
     * flock(2) without waiting.
     *
     * @param operation LOCK_SH, LOCK_EX or LOCK_UN
     * @return false if another open file description holds it
     */
    public static boolean tryFlock(Fd fd, int operation) {
        long r = Sys.raw(Nr.FLOCK, fd.number(), operation | LOCK_NB);
        if (r == -Errno.EAGAIN) {
            return false;
        }
        Sys.check("flock", fd, r);
        return true;
    }

    /** flock(2); waits as long as another holds it. */
    public static void flock(Fd fd, int operation) {
        Sys.check("flock", fd, Sys.raw(Nr.FLOCK, fd.number(), operation));
    }

    /**
     * Closes the numbers first to last, both included (close_range(2)). In the JVM's own process this is for numbers that
     * the caller knows to own.
     */
    public static void closeRange(int first, int last) {
        Sys.check("close_range", first + " to " + last, Sys.raw(Nr.CLOSE_RANGE, first, last, 0));
    }

    public static void fsync(Fd fd) {
        Sys.check("fsync", fd, Sys.raw(Nr.FSYNC, fd.number()));
    }

    public static void fdatasync(Fd fd) {
        Sys.check("fdatasync", fd, Sys.raw(Nr.FDATASYNC, fd.number()));
    }

    /** Writes out the file system that holds this file. */
    public static void syncfs(Fd fd) {
        Sys.check("syncfs", fd, Sys.raw(Nr.SYNCFS, fd.number()));
    }

    public static void truncate(Fd fd, long length) {
        Sys.check("ftruncate", fd, Sys.raw(Nr.FTRUNCATE, fd.number(), length));
    }

    /** The calling thread's working directory; only in a thread that did {@code unshare(CLONE_FS)}. */
    public static void fchdir(Fd dir) {
        Sys.check("fchdir", dir, Sys.raw(Nr.FCHDIR, dir.number()));
    }
}

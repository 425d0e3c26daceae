package dev.felucca.door.internal;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import jnr.ffi.LibraryLoader;

/** System calls by number: EINTR retried, failures as {@code -errno} (raw) or as exceptions (check). */
public final class Sys {
    public static final LibC C = LibraryLoader.create(LibC.class).load("c");
    private static final jnr.ffi.Runtime RUNTIME = jnr.ffi.Runtime.getRuntime(C);

    private Sys() {}

    /** Makes the call once; the result, or -errno. */
    public static long once(int number, long a1, long a2, long a3, long a4) {
        long r = C.syscall(number, a1, a2, a3, a4);
        return r == -1 ? -RUNTIME.getLastError() : r;
    }

    /** As {@link #once}, for calls of five arguments. */
    public static long onceOf5(int number, long a1, long a2, long a3, long a4, long a5) {
        long r = C.syscall(number, a1, a2, a3, a4, a5, 0);
        return r == -1 ? -RUNTIME.getLastError() : r;
    }

    /** Makes the call until it is not interrupted; the result, or -errno. */
    public static long raw(int number, long a1, long a2, long a3, long a4) {
        long r;
        do {
            r = once(number, a1, a2, a3, a4);
        } while (r == -Errno.EINTR);
        return r;
    }

    /** As {@link #raw(int, long, long, long, long)}, for calls of five arguments. */
    public static long raw(int number, long a1, long a2, long a3, long a4, long a5) {
        long r;
        do {
            r = onceOf5(number, a1, a2, a3, a4, a5);
        } while (r == -Errno.EINTR);
        return r;
    }

    public static long raw(int number) {
        return raw(number, 0, 0, 0, 0);
    }

    public static long raw(int number, long a1) {
        return raw(number, a1, 0, 0, 0);
    }

    public static long raw(int number, long a1, long a2) {
        return raw(number, a1, a2, 0, 0);
    }

    public static long raw(int number, long a1, long a2, long a3) {
        return raw(number, a1, a2, a3, 0);
    }

    public static long check(String call, String path, long result) {
        if (result < 0) {
            throw failure(call, path, (int) -result);
        }
        return result;
    }

    public static long check(String call, Fd fd, long result) {
        if (result < 0) {
            throw failure(call, fd.description(), (int) -result);
        }
        return result;
    }

    public static long check(String call, Fd dir, String path, long result) {
        if (result < 0) {
            throw failure(call, describe(dir, path), (int) -result);
        }
        return result;
    }

    /** For calls that make a descriptor. */
    public static Fd fd(String call, String description, long result) {
        return Fd.own((int) check(call, description, result), description);
    }

    /** For calls of glibc that return the error number. */
    public static void checkReturned(String call, String path, int errno) {
        if (errno != 0) {
            throw failure(call, path, errno);
        }
    }

    public static KernelException failure(String call, String path, int errno) {
        return new KernelException(call, path, errno, Errno.describe(errno));
    }

    /** A path below a descriptor, in words. */
    public static String describe(Fd dir, String path) {
        if (path.isEmpty()) {
            return dir.description();
        }
        return dir == Fd.CWD || path.startsWith("/") ? path : dir.description() + "/" + path;
    }

    public static EngineException invalid(String message) {
        return EngineException.invalid(message);
    }
}

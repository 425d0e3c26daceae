package dev.felucca.door;

import dev.felucca.door.internal.CStrings;
import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Extended attributes (xattr(7)), by path without following a link at its end, or by descriptor. O_PATH descriptors are
 * served by way of /proc/self/fd. Values are bytes; names carry their namespace, such as {@code user.x}.
 */
public final class Xattrs {
    public static final int XATTR_CREATE = 1;
    public static final int XATTR_REPLACE = 2;

    private static final int XATTR_SIZE_MAX = 65536;

    private Xattrs() {}

    public static void lset(String path, String name, byte[] value, int flags) {
        try (Scratch s = Scratch.open()) {
            Sys.check("lsetxattr " + name, path, set(s, Nr.LSETXATTR, s.string(path), name, value, flags));
        }
    }

    public static void fset(Fd fd, String name, byte[] value, int flags) {
        try (Scratch s = Scratch.open()) {
            long r = set(s, Nr.FSETXATTR, fd.number(), name, value, flags);
            if (r == -Errno.EBADF) {
                r = set(s, Nr.SETXATTR, s.string(fd.procPath()), name, value, flags);
            }
            Sys.check("fsetxattr " + name, fd, r);
        }
    }

    private static long set(Scratch s, int call, long file, String name, byte[] value, int flags) {
        return Sys.raw(call, file, s.string(name), s.bytes(value).address(), value.length, flags);
    }

    /** The value; empty if the file has no such attribute. */
    public static Optional<byte[]> lget(String path, String name) {
        try (Scratch s = Scratch.open()) {
            return found("lgetxattr " + name, path, fetch(s, Nr.LGETXATTR, s.string(path), s.string(name)));
        }
    }

    /** The value; empty if the file has no such attribute. */
    public static Optional<byte[]> fget(Fd fd, String name) {
        try (Scratch s = Scratch.open()) {
            long key = s.string(name);
            Answer a = fetch(s, Nr.FGETXATTR, fd.number(), key);
            if (a.result == -Errno.EBADF) {
                a = fetch(s, Nr.GETXATTR, s.string(fd.procPath()), key);
            }
            return found("fgetxattr " + name, fd.description(), a);
        }
    }

    private static Optional<byte[]> found(String call, String what, Answer a) {
        if (a.result == -Errno.ENODATA) {
            return Optional.empty();
        }
        Sys.check(call, what, a.result);
        return Optional.of(a.bytes);
    }

    public static List<String> llist(String path) {
        try (Scratch s = Scratch.open()) {
            return names("llistxattr", path, fetch(s, Nr.LLISTXATTR, s.string(path), 0));
        }
    }

    public static List<String> flist(Fd fd) {
        try (Scratch s = Scratch.open()) {
            Answer a = fetch(s, Nr.FLISTXATTR, fd.number(), 0);
            if (a.result == -Errno.EBADF) {
                a = fetch(s, Nr.LISTXATTR, s.string(fd.procPath()), 0);
            }
            return names("flistxattr", fd.description(), a);
        }
    }

    private static List<String> names(String call, String what, Answer a) {
        Sys.check(call, what, a.result);
        List<String> names = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < a.bytes.length; i++) {
            if (a.bytes[i] == 0) {
                names.add(CStrings.decode(java.util.Arrays.copyOfRange(a.bytes, from, i)));
                from = i + 1;
            }
        }
        return names;
    }

    public static void lremove(String path, String name) {
        try (Scratch s = Scratch.open()) {
            Sys.check("lremovexattr " + name, path, Sys.raw(Nr.LREMOVEXATTR, s.string(path), s.string(name)));
        }
    }

    public static void fremove(Fd fd, String name) {
        try (Scratch s = Scratch.open()) {
            long key = s.string(name);
            long r = Sys.raw(Nr.FREMOVEXATTR, fd.number(), key);
            if (r == -Errno.EBADF) {
                r = Sys.raw(Nr.REMOVEXATTR, s.string(fd.procPath()), key);
            }
            Sys.check("fremovexattr " + name, fd, r);
        }
    }

    /** A call's result and what it wrote. */
    private static final class Answer {
        final long result;
        final byte[] bytes;

        Answer(long result, byte[] bytes) {
            this.result = result;
            this.bytes = bytes;
        }
    }

    /** Tries a small buffer first, then the largest that the kernel can need; key 0 lists the names. */
    private static Answer fetch(Scratch s, int call, long file, long key) {
        for (int size = 1024; ; size = XATTR_SIZE_MAX) {
            Mem m = s.alloc(size);
            long r = key == 0 ? Sys.raw(call, file, m.address(), size) : Sys.raw(call, file, key, m.address(), size);
            if (r != -Errno.ERANGE || size == XATTR_SIZE_MAX) {
                return new Answer(r, r > 0 ? m.get(0, (int) r) : new byte[0]);
            }
        }
    }
}

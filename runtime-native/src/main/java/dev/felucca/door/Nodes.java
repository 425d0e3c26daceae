package dev.felucca.door;

import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;

/**
 * Making, linking, renaming and owning file system entries, relative to a directory descriptor: mkdirat(2), mknodat(2),
 * symlinkat(2), linkat(2), unlinkat(2), renameat2(2), fchmodat(2), fchownat(2), utimensat(2), readlinkat(2). The
 * process's umask applies as in those calls.
 */
public final class Nodes {
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_REMOVEDIR = 0x200;
    public static final int AT_SYMLINK_FOLLOW = 0x400;
    public static final int AT_EMPTY_PATH = 0x1000;
    public static final int AT_RECURSIVE = 0x8000;

    public static final int RENAME_NOREPLACE = 1;
    public static final int RENAME_EXCHANGE = 2;

    /** In place of nanoseconds: the present time, and no change (utimensat(2)). */
    public static final long UTIME_NOW = Long.MIN_VALUE;

    public static final long UTIME_OMIT = Long.MAX_VALUE;

    private static final int PATH_MAX = 4096;

    private Nodes() {}

    public static void mkdirat(Fd dir, String path, int mode) {
        try (Scratch s = Scratch.open()) {
            Sys.check("mkdirat", dir, path, Sys.raw(Nr.MKDIRAT, dir.number(), s.string(path), mode));
        }
    }

    /**
     * A device node, fifo, socket or empty file.
     *
     * @param mode type and permissions
     * @param dev {@link Stat#makedev} for devices, else 0
     */
    public static void mknodat(Fd dir, String path, int mode, long dev) {
        try (Scratch s = Scratch.open()) {
            // The system call takes 32 bits: 12 of major, 20 of minor (new_encode_dev), the low half of makedev(3).
            Sys.check(
                    "mknodat", dir, path, Sys.raw(Nr.MKNODAT, dir.number(), s.string(path), mode, dev & 0xFFFF_FFFFL));
        }
    }

    public static void symlinkat(String target, Fd dir, String path) {
        try (Scratch s = Scratch.open()) {
            Sys.check("symlinkat", dir, path, Sys.raw(Nr.SYMLINKAT, s.string(target), dir.number(), s.string(path)));
        }
    }

    /** A hard link; flags: AT_SYMLINK_FOLLOW, AT_EMPTY_PATH. */
    public static void linkat(Fd fromDir, String from, Fd toDir, String to, int flags) {
        try (Scratch s = Scratch.open()) {
            long r = Sys.raw(Nr.LINKAT, fromDir.number(), s.string(from), toDir.number(), s.string(to), flags);
            if (r < 0) {
                throw Sys.failure("linkat", Sys.describe(fromDir, from) + " to " + Sys.describe(toDir, to), (int) -r);
            }
        }
    }

    /** Removes an entry; a directory with AT_REMOVEDIR. */
    public static void unlinkat(Fd dir, String path, int flags) {
        try (Scratch s = Scratch.open()) {
            Sys.check("unlinkat", dir, path, Sys.raw(Nr.UNLINKAT, dir.number(), s.string(path), flags));
        }
    }

    /** flags: RENAME_NOREPLACE, RENAME_EXCHANGE or 0. */
    public static void renameat2(Fd fromDir, String from, Fd toDir, String to, int flags) {
        try (Scratch s = Scratch.open()) {
            long r = Sys.raw(Nr.RENAMEAT2, fromDir.number(), s.string(from), toDir.number(), s.string(to), flags);
            if (r < 0) {
                throw Sys.failure(
                        "renameat2", Sys.describe(fromDir, from) + " to " + Sys.describe(toDir, to), (int) -r);
            }
        }
    }

    /** Permissions of what the path names; a symbolic link at its end is followed. */
    public static void fchmodat(Fd dir, String path, int mode) {
        try (Scratch s = Scratch.open()) {
            Sys.check("fchmodat", dir, path, Sys.raw(Nr.FCHMODAT, dir.number(), s.string(path), mode));
        }
    }

    /** Permissions of an open file; for an O_PATH descriptor by way of /proc/self/fd. */
    public static void fchmod(Fd fd, int mode) {
        long r = Sys.raw(Nr.FCHMOD, fd.number(), mode);
        if (r == -Errno.EBADF) {
            try (Scratch s = Scratch.open()) {
                r = Sys.raw(Nr.FCHMODAT, Fd.CWD.number(), s.string(fd.procPath()), mode);
            }
        }
        Sys.check("fchmod", fd, r);
    }

    /** Owner and group, -1 for no change; flags: AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH. Clears set-id bits as chown(2). */
    public static void fchownat(Fd dir, String path, int uid, int gid, int flags) {
        try (Scratch s = Scratch.open()) {
            Sys.check("fchownat", dir, path, Sys.raw(Nr.FCHOWNAT, dir.number(), s.string(path), uid, gid, flags));
        }
    }

    public static void fchown(Fd fd, int uid, int gid) {
        fchownat(fd, "", uid, gid, AT_EMPTY_PATH);
    }

    /**
     * Access and modification time in nanoseconds since the epoch, or {@link #UTIME_NOW}, {@link #UTIME_OMIT}.
     *
     * @param flags AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH
     */
    public static void utimensat(Fd dir, String path, long atimeNs, long mtimeNs, int flags) {
        try (Scratch s = Scratch.open()) {
            Mem times = s.alloc(32);
            putTime(times, 0, atimeNs);
            putTime(times, 16, mtimeNs);
            Sys.check(
                    "utimensat",
                    dir,
                    path,
                    Sys.raw(Nr.UTIMENSAT, dir.number(), s.string(path), times.address(), flags));
        }
    }

    private static void putTime(Mem times, int offset, long ns) {
        if (ns == UTIME_NOW) {
            times.putLong(offset + 8, (1 << 30) - 1);
        } else if (ns == UTIME_OMIT) {
            times.putLong(offset + 8, (1 << 30) - 2);
        } else {
            times.putLong(offset, Math.floorDiv(ns, 1_000_000_000L));
            times.putLong(offset + 8, Math.floorMod(ns, 1_000_000_000L));
        }
    }

    /** The text of a symbolic link; with an empty path, of the link that an O_PATH descriptor stands for. */
    public static String readlinkat(Fd dir, String path) {
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(PATH_MAX);
            long r = Sys.raw(Nr.READLINKAT, dir.number(), s.string(path), m.address(), PATH_MAX);
            Sys.check("readlinkat", dir, path, r);
            return dev.felucca.door.internal.CStrings.decode(m.get(0, (int) r));
        }
    }
}

package dev.felucca.door;

import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;

/**
 * What a file is: statx(2). Times are in nanoseconds since the epoch, sizes in bytes, blocks in units of 512 bytes.
 *
 * @param dev the device that holds it, as makedev(3) packs it ({@link #major}, {@link #minor})
 * @param mode type and permission bits (inode(7))
 * @param rdev for device nodes: the device that it stands for
 * @param mountId the id of the mount it was reached through, as in /proc/self/mountinfo
 */
public record Stat(
        long dev,
        long ino,
        int mode,
        int nlink,
        int uid,
        int gid,
        long rdev,
        long size,
        long blocks,
        long atimeNs,
        long mtimeNs,
        long ctimeNs,
        long mountId) {
    public static final int S_IFMT = 0170000;
    public static final int S_IFSOCK = 0140000;
    public static final int S_IFLNK = 0120000;
    public static final int S_IFREG = 0100000;
    public static final int S_IFBLK = 0060000;
    public static final int S_IFDIR = 0040000;
    public static final int S_IFCHR = 0020000;
    public static final int S_IFIFO = 0010000;

    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_MNT_ID = 0x1000;

    /** Of an open file; O_PATH is enough. */
    public static Stat of(Fd fd) {
        return of(fd, "", Nodes.AT_EMPTY_PATH);
    }

    /** Of a path; a symbolic link at its end is not followed. */
    public static Stat of(String path) {
        return of(Fd.CWD, path, Nodes.AT_SYMLINK_NOFOLLOW);
    }

    /**
     * statx(2).
     *
     * @param flags AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH
     */
    public static Stat of(Fd dir, String path, int flags) {
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(256);
            long r = Sys.raw(
                    Nr.STATX, dir.number(), s.string(path), flags, STATX_BASIC_STATS | STATX_MNT_ID, m.address());
            Sys.check("statx", dir, path, r);
            return new Stat(
                    makedev(m.getInt(136), m.getInt(140)),
                    m.getLong(32),
                    m.getShort(28),
                    m.getInt(16),
                    m.getInt(20),
                    m.getInt(24),
                    makedev(m.getInt(128), m.getInt(132)),
                    m.getLong(40),
                    m.getLong(48),
                    time(m, 64),
                    time(m, 112),
                    time(m, 96),
                    m.getLong(144));
        }
    }

    private static long time(Mem m, int offset) {
        return m.getLong(offset) * 1_000_000_000L + m.getInt(offset + 8);
    }

    /** makedev(3). */
    public static long makedev(int major, int minor) {
        long a = Integer.toUnsignedLong(major);
        long b = Integer.toUnsignedLong(minor);
        return (b & 0xff) | ((a & 0xfff) << 8) | ((b & ~0xffL) << 12) | ((a & ~0xfffL) << 32);
    }

    public static int major(long dev) {
        return (int) (((dev >>> 8) & 0xfff) | ((dev >>> 32) & ~0xfffL));
    }

    public static int minor(long dev) {
        return (int) ((dev & 0xff) | ((dev >>> 12) & ~0xffL));
    }

    /** S_IFDIR, S_IFREG and so on. */
    public int type() {
        return mode & S_IFMT;
    }

    /** Permissions with set-id and sticky bits. */
    public int permissions() {
        return mode & 07777;
    }

    public boolean isDirectory() {
        return type() == S_IFDIR;
    }

    public boolean isRegular() {
        return type() == S_IFREG;
    }

    public boolean isSymlink() {
        return type() == S_IFLNK;
    }

    /** Whether both are the same file. */
    public boolean sameFile(Stat other) {
        return dev == other.dev && ino == other.ino;
    }
}

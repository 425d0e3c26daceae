package dev.felucca.door;

import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;

/**
 * What holds a file: statfs(2). Sizes in blocks of {@code blockSize} bytes.
 *
 * @param type the magic number, such as {@link #OVERLAYFS}
 * @param flags ST_* mount flags (ST_RDONLY is 1)
 */
public record StatFs(
        long type, long blockSize, long blocks, long free, long available, long files, long filesFree, long flags) {
    public static final long OVERLAYFS = 0x794c7630L;
    public static final long AUFS = 0x61756673L;
    public static final long TMPFS = 0x01021994L;
    public static final long PROC = 0x9fa0L;
    public static final long SYSFS = 0x62656572L;
    public static final long EXT4 = 0xef53L;
    public static final long XFS = 0x58465342L;
    public static final long BTRFS = 0x9123683eL;
    public static final long NFS = 0x6969L;
    public static final long CGROUP = 0x27e0ebL;
    public static final long CGROUP2 = 0x63677270L;
    public static final long NSFS = 0x6e736673L;

    /** Of what the path names; symbolic links are followed. */
    public static StatFs of(String path) {
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(120);
            Sys.check("statfs", path, Sys.raw(Nr.STATFS, s.string(path), m.address()));
            return read(m);
        }
    }

    public static StatFs of(Fd fd) {
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(120);
            Sys.check("fstatfs", fd, Sys.raw(Nr.FSTATFS, fd.number(), m.address()));
            return read(m);
        }
    }

    private static StatFs read(Mem m) {
        return new StatFs(
                m.getLong(0),
                m.getLong(8),
                m.getLong(16),
                m.getLong(24),
                m.getLong(32),
                m.getLong(40),
                m.getLong(48),
                m.getLong(80));
    }
}

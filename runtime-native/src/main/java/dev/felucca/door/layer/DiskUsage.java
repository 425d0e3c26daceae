package dev.felucca.door.layer;

import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_NOFOLLOW;
import static dev.felucca.door.Descriptors.O_RDONLY;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.internal.Sys;
import java.util.HashSet;
import java.util.Set;

/**
 * Bytes that a tree takes on disk, as {@code du -x} counts them: allocated blocks, files with several links once, the
 * directory itself included, without what is mounted below. A tree that changes meanwhile gives a number from in between.
 */
public final class DiskUsage {
    static final int DEPTH = 1000;

    private record Inode(long dev, long ino) {}

    private final Set<Inode> linked = new HashSet<>();
    private final long mountId;
    private long blocks;

    private DiskUsage(Stat root) {
        this.mountId = root.mountId();
        this.blocks = root.blocks();
    }

    /** @param dir open for reading */
    public static long of(Fd dir) {
        DiskUsage count = new DiskUsage(Stat.of(dir));
        try (Fd own = Fd.own(
                (int) Sys.check("openat", dir, ".", Calls.open(dir, ".", O_RDONLY | O_DIRECTORY, 0)),
                dir.description())) {
            count.directory(own, 0);
        }
        return count.blocks * 512;
    }

    private void directory(Fd dir, int depth) {
        if (depth > DEPTH) {
            throw EngineException.invalid(
                    dir.description() + " is more than " + DEPTH + " directories deep; its size cannot be told");
        }
        for (Directories.Entry e : Directories.list(dir)) {
            try {
                entry(dir, e.name(), depth);
            } catch (KernelException gone) {
                if (gone.errno() != Errno.ENOENT) {
                    throw gone;
                }
            }
        }
    }

    private void entry(Fd dir, String name, int depth) {
        Stat st = Stat.of(dir, name, Nodes.AT_SYMLINK_NOFOLLOW);
        if (st.mountId() != mountId) {
            return;
        }
        if (st.isDirectory()) {
            blocks += st.blocks();
            long r = Calls.open(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
            Sys.check("openat", dir, name, r);
            try (Fd child = Fd.own((int) r, Sys.describe(dir, name))) {
                directory(child, depth + 1);
            }
        } else if (st.nlink() == 1 || linked.add(new Inode(st.dev(), st.ino()))) {
            blocks += st.blocks();
        }
    }
}

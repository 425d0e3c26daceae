package dev.felucca.door.layer;

import static dev.felucca.door.Descriptors.O_CREAT;
import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_EXCL;
import static dev.felucca.door.Descriptors.O_NOFOLLOW;
import static dev.felucca.door.Descriptors.O_NONBLOCK;
import static dev.felucca.door.Descriptors.O_RDONLY;
import static dev.felucca.door.Descriptors.O_WRONLY;

import dev.felucca.api.EngineException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Copies a tree with owners, modes, extended attributes, times to the nanosecond, devices, fifos, hard links and holes.
 * Left out are sockets (they are of no use without the process behind), what is mounted below, and attributes of overlayfs
 * and SELinux. Data is shared where the file system can (reflink), else copied by the kernel.
 */
public final class TreeCopy {
    private record Inode(long dev, long ino) {}

    private final Fd targetRoot;
    private final long mountId;
    private final Map<Inode, String> linked = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();

    private TreeCopy(Fd targetRoot, long mountId) {
        this.targetRoot = targetRoot;
        this.mountId = mountId;
    }

    /**
     * Copies what {@code from} holds into {@code to}, which is empty, and gives {@code to} the attributes of {@code from}.
     * Both are directories, {@code from} open for reading.
     */
    public static void copy(Fd from, Fd to) {
        Stat st = Stat.of(from);
        TreeCopy work = new TreeCopy(to, st.mountId());
        try (Fd own = Descriptors.openat(from, ".", O_RDONLY | O_DIRECTORY, 0)) {
            work.directory(own, st, to);
        }
    }

    private void directory(Fd from, Stat st, Fd to) {
        if (path.size() > DiskUsage.DEPTH) {
            throw EngineException.invalid(
                    from.description() + " is more than " + DiskUsage.DEPTH + " directories deep; it cannot be copied");
        }
        for (Directories.Entry e : Directories.list(from)) {
            path.addLast(e.name());
            entry(from, e.name(), to);
            path.removeLast();
        }
        Attributes.copyXattrs(from, to);
        Attributes.likeStat(to, st);
    }

    private void entry(Fd from, String name, Fd to) {
        Stat st = Stat.of(from, name, Nodes.AT_SYMLINK_NOFOLLOW);
        if (st.mountId() != mountId) {
            return;
        }
        if (st.isDirectory()) {
            Nodes.mkdirat(to, name, 0700);
            try (Fd f = Descriptors.openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
                    Fd t = Descriptors.openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0)) {
                directory(f, st, t);
            }
            return;
        }
        if (st.nlink() > 1) {
            String first = linked.putIfAbsent(new Inode(st.dev(), st.ino()), String.join("/", path));
            if (first != null) {
                Nodes.linkat(targetRoot, first, to, name, 0);
                return;
            }
        }
        copyNode(from, name, st, to, name);
    }

    /** Copies one thing that is no directory; a socket is left out. */
    static void copyNode(Fd from, String name, Stat st, Fd to, String toName) {
        switch (st.type()) {
            case Stat.S_IFREG -> {
                try (Fd f = Descriptors.openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
                        Fd t = Descriptors.openat(to, toName, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600)) {
                    FileCopy.copy(f, t, st.size());
                    Nodes.fchown(t, st.uid(), st.gid());
                    Nodes.fchmod(t, st.permissions());
                    Attributes.copyXattrs(f, t);
                    Nodes.utimensat(t, "", st.atimeNs(), st.mtimeNs(), Nodes.AT_EMPTY_PATH);
                }
            }
            case Stat.S_IFLNK -> {
                Nodes.symlinkat(Nodes.readlinkat(from, name), to, toName);
                special(from, name, st, to, toName);
            }
            case Stat.S_IFCHR, Stat.S_IFBLK, Stat.S_IFIFO -> {
                Nodes.mknodat(to, toName, st.mode(), st.rdev());
                special(from, name, st, to, toName);
            }
            default -> {
                // a socket
            }
        }
    }

    private static void special(Fd from, String name, Stat st, Fd to, String toName) {
        Nodes.fchownat(to, toName, st.uid(), st.gid(), Nodes.AT_SYMLINK_NOFOLLOW);
        if (!st.isSymlink()) {
            Nodes.fchmodat(to, toName, st.permissions());
        }
        Attributes.copyXattrs(from, to, name, toName);
        Nodes.utimensat(to, toName, st.atimeNs(), st.mtimeNs(), Nodes.AT_SYMLINK_NOFOLLOW);
    }
}

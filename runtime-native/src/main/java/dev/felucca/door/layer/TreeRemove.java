package dev.felucca.door.layer;

import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_NOFOLLOW;
import static dev.felucca.door.Descriptors.O_RDONLY;

import dev.felucca.api.EngineException;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.internal.Sys;

/**
 * Removes a tree. Follows no symbolic link, and refuses to enter a directory that lies on another mount: whatever is
 * mounted in the tree is not touched, and the removal fails with a message that names the place. What others remove
 * meanwhile is no error. Trees of any depth are removed: what is deeper than {@value #DEPTH} levels is first moved to the
 * top, so that neither descriptors nor the stack run out.
 */
public final class TreeRemove {
    private static final int DEPTH = 64;

    private final Fd root;
    private final long mountId;
    private int moved;

    private TreeRemove(Fd root) {
        this.root = root;
        this.mountId = Stat.of(root).mountId();
    }

    /** Removes what {@code name} is in {@code dir}; nothing if it is not there. */
    public static void remove(Fd dir, String name) {
        long r = Calls.unlink(dir, name, 0);
        if (r >= 0 || r == -Errno.ENOENT) {
            return;
        }
        if (r != -Errno.EISDIR && r != -Errno.EPERM) {
            Sys.check("unlinkat", dir, name, r);
        }
        removeDirectory(dir, name);
    }

    private static void removeDirectory(Fd dir, String name) {
        long r = Calls.open(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
        if (r == -Errno.ENOENT) {
            return;
        }
        Sys.check("openat", dir, name, r);
        try (Fd top = Fd.own((int) r, Sys.describe(dir, name))) {
            if (Stat.of(top).mountId() != Stat.of(dir).mountId()) {
                throw isMounted(top.description());
            }
            clear(top);
        }
        finish(dir, name, Calls.unlink(dir, name, Nodes.AT_REMOVEDIR));
    }

    /** Removes all that a directory holds, but not the directory; the descriptor must be open for reading. */
    public static void clear(Fd dir) {
        TreeRemove work = new TreeRemove(dir);
        do {
            work.moved = 0;
            Calls.lseek(dir, 0, 0);
            work.empty(dir, 0);
        } while (work.moved > 0);
    }

    private void empty(Fd dir, int depth) {
        for (Directories.Entry e : Directories.list(dir)) {
            long r = e.type() == Directories.DT_DIR ? -Errno.EISDIR : Calls.unlink(dir, e.name(), 0);
            if (r == -Errno.EISDIR || (r == -Errno.EPERM && isDirectory(dir, e.name()))) {
                directory(dir, e.name(), depth);
            } else {
                finish(dir, e.name(), r);
            }
        }
    }

    private void directory(Fd dir, String name, int depth) {
        long r = Calls.unlink(dir, name, Nodes.AT_REMOVEDIR);
        if (r != -Errno.ENOTEMPTY && r != -Errno.EEXIST) {
            finish(dir, name, r);
            return;
        }
        if (depth >= DEPTH) {
            Nodes.renameat2(dir, name, root, ".felucca-removed-" + moved + "-" + System.nanoTime(), 0);
            moved++;
            return;
        }
        r = Calls.open(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
        if (r == -Errno.ENOENT) {
            return;
        }
        Sys.check("openat", dir, name, r);
        try (Fd child = Fd.own((int) r, Sys.describe(dir, name))) {
            if (Stat.of(child).mountId() != mountId) {
                throw isMounted(child.description());
            }
            empty(child, depth + 1);
        }
        finish(dir, name, Calls.unlink(dir, name, Nodes.AT_REMOVEDIR));
    }

    private static boolean isDirectory(Fd dir, String name) {
        return Stat.of(dir, name, Nodes.AT_SYMLINK_NOFOLLOW).isDirectory();
    }

    private static void finish(Fd dir, String name, long r) {
        if (r == -Errno.EBUSY) {
            throw isMounted(Sys.describe(dir, name));
        }
        if (r != -Errno.ENOENT) {
            Sys.check("unlinkat", dir, name, r);
        }
    }

    private static EngineException isMounted(String path) {
        return EngineException.conflict("cannot remove " + path + ": something is mounted there; unmount it first");
    }
}

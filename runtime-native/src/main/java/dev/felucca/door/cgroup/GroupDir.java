package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.Transfers;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A group's directory in one hierarchy, and its files. A value is written with one write(2). What the kernel refuses becomes
 * an EngineException that names file, value, errno and what to do.
 */
public record GroupDir(Hierarchy hierarchy, String path) {
    private static final int DIRECTORY_MODE = 0755;
    /** Its name and its "."; each directory in it has a "..". */
    private static final int LINKS_OF_A_LEAF = 2;

    boolean unified() {
        return hierarchy.unified();
    }

    GroupDir parent() {
        return new GroupDir(hierarchy, path.substring(0, path.lastIndexOf('/')));
    }

    GroupDir child(String name) {
        return new GroupDir(hierarchy, path + "/" + name);
    }

    /** Whether this is the mount point. */
    boolean isRoot() {
        return path.equals(hierarchy.mountPoint());
    }

    /** The path below the mount point. */
    String below() {
        return path.substring(hierarchy.mountPoint().length());
    }

    public boolean exists() {
        return has("");
    }

    /** Told by the number of links, without a look at each of the group's many files; a group that is gone has none. */
    boolean hasChildren() {
        try {
            return Stat.of(path).nlink() > LINKS_OF_A_LEAF;
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    boolean has(String file) {
        try {
            Stat.of(file(file));
            return true;
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    /** ENOENT if the parent is not there, EEXIST if the group is. */
    public void make() {
        Nodes.mkdirat(Fd.CWD, path, DIRECTORY_MODE);
    }

    /**
     * Removes the directory.
     *
     * @return false if it still has processes or groups in it
     */
    public boolean remove() {
        try {
            Nodes.unlinkat(Fd.CWD, path, Nodes.AT_REMOVEDIR);
            return true;
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT) {
                return true;
            }
            if (e.errno() == Errno.EBUSY || e.errno() == Errno.ENOTEMPTY) {
                return false;
            }
            throw e;
        }
    }

    Fd open(String file, int flags) {
        return Descriptors.open(file(file), flags);
    }

    String file(String file) {
        return file.isEmpty() ? path : path + "/" + file;
    }

    /** The text without its last newline. */
    public String read(String file) {
        try {
            return Transfers.readText(Fd.CWD, file(file));
        } catch (KernelException e) {
            throw e.errno() == Errno.ENOENT && !exists() ? gone(e) : e;
        }
    }

    /** As {@link #read}; empty if this kernel or this group does not have the file. */
    Optional<String> readIfThere(String file) {
        try {
            return Optional.of(Transfers.readText(Fd.CWD, file(file)));
        } catch (KernelException e) {
            // EOPNOTSUPP: the file is there, what it counts is switched off. ENODEV: the group was just removed.
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            throw e;
        }
    }

    void write(String file, String value) {
        write(file, value, () -> "");
    }

    /** hint: what the user can do if the kernel refuses; called only then. */
    void write(String file, String value, Supplier<String> hint) {
        try {
            Transfers.writeText(Fd.CWD, file(file), value);
        } catch (KernelException e) {
            throw refused(file, value, e, hint);
        }
    }

    EngineException refused(String file, String value, KernelException e, Supplier<String> hint) {
        if (e.errno() == Errno.ENOENT) {
            if (!exists()) {
                return gone(e);
            }
            return new EngineException(
                    EngineException.Kind.UNSUPPORTED,
                    "cannot set \"" + value + "\": this kernel has no " + file + " in " + path + more(hint),
                    e);
        }
        return new EngineException(
                EngineException.Kind.INVALID,
                "the kernel refuses \"" + value + "\" in " + file(file) + ": " + Errno.describe(e.errno()) + more(hint),
                e);
    }

    private EngineException gone(KernelException e) {
        return new EngineException(EngineException.Kind.NOT_FOUND, "there is no cgroup " + path, e);
    }

    private static String more(Supplier<String> hint) {
        String h = hint.get();
        return h.isEmpty() ? "" : "; " + h;
    }
}

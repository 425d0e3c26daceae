package dev.felucca.door;

import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import org.jspecify.annotations.Nullable;

/**
 * Mounts: mount(2), umount2(2), open_tree(2), move_mount(2), mount_setattr(2). A <em>detached mount</em> is a descriptor
 * of a mount that is in no namespace yet; it can be attached once, in any namespace, or travel to another process. New
 * file systems are made with {@link FsBuilder}.
 */
public final class Mounts {
    public static final long MS_RDONLY = 1;
    public static final long MS_NOSUID = 2;
    public static final long MS_NODEV = 4;
    public static final long MS_NOEXEC = 8;
    public static final long MS_REMOUNT = 32;
    public static final long MS_NOATIME = 1024;
    public static final long MS_NODIRATIME = 2048;
    public static final long MS_BIND = 4096;
    public static final long MS_MOVE = 8192;
    public static final long MS_REC = 16384;
    public static final long MS_UNBINDABLE = 1 << 17;
    public static final long MS_PRIVATE = 1 << 18;
    public static final long MS_SLAVE = 1 << 19;
    public static final long MS_SHARED = 1 << 20;
    public static final long MS_RELATIME = 1 << 21;
    public static final long MS_STRICTATIME = 1 << 24;

    public static final int MNT_FORCE = 1;
    public static final int MNT_DETACH = 2;
    public static final int UMOUNT_NOFOLLOW = 8;

    public static final int OPEN_TREE_CLONE = 1;

    public static final int MOVE_MOUNT_F_SYMLINKS = 1;
    public static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    public static final int MOVE_MOUNT_T_SYMLINKS = 0x10;
    public static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;

    public static final long MOUNT_ATTR_RDONLY = 1;
    public static final long MOUNT_ATTR_NOSUID = 2;
    public static final long MOUNT_ATTR_NODEV = 4;
    public static final long MOUNT_ATTR_NOEXEC = 8;
    /** The two bits that hold the atime mode; to be cleared when NOATIME or STRICTATIME is set. */
    public static final long MOUNT_ATTR__ATIME = 0x70;

    public static final long MOUNT_ATTR_NOATIME = 0x10;
    public static final long MOUNT_ATTR_STRICTATIME = 0x20;
    public static final long MOUNT_ATTR_NODIRATIME = 0x80;
    public static final long MOUNT_ATTR_IDMAP = 0x100000;
    public static final long MOUNT_ATTR_NOSYMFOLLOW = 0x200000;

    private Mounts() {}

    /**
     * mount(2): a new mount, a bind, a move, a remount or a change of propagation, as the flags say.
     *
     * @param source null where the call takes none
     * @param type null where the call takes none
     */
    public static void mount(
            @Nullable String source, String target, @Nullable String type, long flags, @Nullable String data) {
        try (Scratch s = Scratch.open()) {
            long r = Sys.raw(
                    Nr.MOUNT,
                    s.stringOrNull(source),
                    s.string(target),
                    s.stringOrNull(type),
                    flags,
                    s.stringOrNull(data));
            if (r < 0) {
                String what = (type == null ? "" : type + " ") + (source == null ? "" : source + " on ") + target;
                throw Sys.failure("mount", what, (int) -r);
            }
        }
    }

    /** flags: MNT_DETACH, MNT_FORCE, UMOUNT_NOFOLLOW. */
    public static void umount2(String target, int flags) {
        try (Scratch s = Scratch.open()) {
            Sys.check("umount2", target, Sys.raw(Nr.UMOUNT2, s.string(target), flags));
        }
    }

    /**
     * open_tree(2).
     *
     * @param flags OPEN_TREE_CLONE for a detached copy (a bind mount yet to be attached), AT_RECURSIVE, AT_EMPTY_PATH,
     *     AT_SYMLINK_NOFOLLOW
     */
    public static Fd openTree(Fd dir, String path, int flags) {
        try (Scratch s = Scratch.open()) {
            long r = Sys.raw(Nr.OPEN_TREE, dir.number(), s.string(path), flags | Descriptors.O_CLOEXEC);
            Sys.check("open_tree", dir, path, r);
            String words = (flags & OPEN_TREE_CLONE) != 0 ? "detached mount of " : "";
            return Fd.own((int) r, words + Sys.describe(dir, path));
        }
    }

    /** move_mount(2). */
    public static void moveMount(Fd fromDir, String from, Fd toDir, String to, int flags) {
        try (Scratch s = Scratch.open()) {
            long r = Sys.raw(Nr.MOVE_MOUNT, fromDir.number(), s.string(from), toDir.number(), s.string(to), flags);
            if (r < 0) {
                throw Sys.failure(
                        "move_mount", Sys.describe(fromDir, from) + " to " + Sys.describe(toDir, to), (int) -r);
            }
        }
    }

    /** Attaches a detached mount at a path of the calling thread's mount namespace; links in the path are followed. */
    public static void attach(Fd detached, String target) {
        moveMount(detached, "", Fd.CWD, target, MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS);
    }

    /** Attaches a detached mount on what a descriptor stands for. */
    public static void attach(Fd detached, Fd target) {
        moveMount(detached, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    }

    /**
     * mount_setattr(2).
     *
     * @param flags AT_EMPTY_PATH, AT_RECURSIVE, AT_SYMLINK_NOFOLLOW
     * @param set MOUNT_ATTR_* to set
     * @param clear MOUNT_ATTR_* to clear
     * @param propagation MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE, or 0
     * @param userNamespace for MOUNT_ATTR_IDMAP, else null
     */
    public static void setAttributes(
            Fd dir, String path, int flags, long set, long clear, long propagation, @Nullable Fd userNamespace) {
        try (Scratch s = Scratch.open()) {
            Mem a = s.alloc(32)
                    .putLong(0, set)
                    .putLong(8, clear)
                    .putLong(16, propagation)
                    .putLong(24, userNamespace == null ? 0 : userNamespace.number());
            long r = Sys.raw(Nr.MOUNT_SETATTR, dir.number(), s.string(path), flags, a.address(), 32);
            Sys.check("mount_setattr", dir, path, r);
        }
    }
}

package dev.felucca.initplan;

import java.util.List;

/**
 * Operations on the mount namespace and on files of the container. Paths are absolute in the container's root, have no
 * {@code ..}, and are resolved with openat2(2) RESOLVE_IN_ROOT and RESOLVE_NO_MAGICLINKS: no symbolic link of an image leads
 * out. Attribute bits are MOUNT_ATTR_* (mount_setattr(2)), propagation is one of MS_PRIVATE, MS_SLAVE, MS_SHARED,
 * MS_UNBINDABLE or 0 for "as it is".
 */
public sealed interface MountOp extends Op {

    /**
     * Attaches a detached mount (fsmount(2), open_tree(2)) as the root to come, after the propagation of everything that is
     * mounted was changed, recursively.
     *
     * @param propagation MS_PRIVATE or MS_SLAVE
     */
    record Root(Slot mount, int propagation) implements MountOp {
        @Override
        public OpCode code() {
            return OpCode.ROOT;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(mount.number()).u32(propagation);
        }

        @Override
        public String words() {
            return "make all mounts " + MountBits.propagation(propagation) + " and attach the root " + mount;
        }
    }

    /**
     * Makes a file system and mounts it: fsopen(2), fsconfig(2) for the source and each option, fsmount(2), move_mount(2).
     *
     * @param options each {@code key=value} or {@code key}, as the file system takes them
     * @param followLinks whether symbolic links in the target are followed, inside the root; false for what init relies on,
     *     such as /proc
     */
    record MountFs(
            String fstype,
            String source,
            List<String> options,
            int attributes,
            String target,
            Create create,
            boolean followLinks)
            implements MountOp {
        public MountFs {
            options = List.copyOf(options);
        }

        @Override
        public OpCode code() {
            return OpCode.MOUNT_FS;
        }

        @Override
        public int flags() {
            return create.flag() | OpFlags.when(!followLinks, OpFlags.NO_LINKS);
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(attributes).string(fstype).string(source).string(target).strings(options);
        }

        @Override
        public String words() {
            return "mount " + fstype + " on " + target + MountBits.attributes(attributes, 0)
                    + (options.isEmpty() ? "" : " with " + String.join(",", options));
        }
    }

    /**
     * Attaches a detached mount. Attributes and propagation are set before, so that it is never there without them.
     *
     * @param recursive whether attributes and propagation hold for the mounts below it too
     * @param followLinks as in {@link MountFs}
     */
    record Bind(
            Slot mount,
            String target,
            long set,
            long clear,
            int propagation,
            boolean recursive,
            Create create,
            boolean followLinks)
            implements MountOp {
        @Override
        public OpCode code() {
            return OpCode.BIND;
        }

        @Override
        public int flags() {
            return create.flag()
                    | OpFlags.when(recursive, OpFlags.RECURSIVE)
                    | OpFlags.when(!followLinks, OpFlags.NO_LINKS);
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(mount.number()).u32(propagation).u64(set).u64(clear).string(target);
        }

        @Override
        public String words() {
            return "attach " + mount + " on " + target + MountBits.attributes(set, clear)
                    + (propagation == 0 ? "" : ", " + MountBits.propagation(propagation));
        }
    }

    /** mount_setattr(2) on what is mounted at the target; {@code /} is the root itself. */
    record MountSet(String target, long set, long clear, int propagation, boolean recursive) implements MountOp {
        @Override
        public OpCode code() {
            return OpCode.MOUNT_SET;
        }

        @Override
        public int flags() {
            return OpFlags.when(recursive, OpFlags.RECURSIVE);
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(propagation).u64(set).u64(clear).string(target);
        }

        @Override
        public String words() {
            return "change the mount " + target + MountBits.attributes(set, clear)
                    + (propagation == 0 ? "" : ", " + MountBits.propagation(propagation));
        }
    }

    /** The root read-only, the mounts below it as they are. */
    static MountOp readonlyRoot() {
        return new MountSet("/", MountBits.RDONLY, 0, 0, false);
    }

    /**
     * mkdir(2), then the owner. Missing parents are made, mode 0755.
     *
     * @param existingOk whether a directory that is there is left as it is
     */
    record Mkdir(String path, int mode, int uid, int gid, boolean existingOk) implements MountOp {
        @Override
        public OpCode code() {
            return OpCode.MKDIR;
        }

        @Override
        public int flags() {
            return OpFlags.when(existingOk, OpFlags.EXISTING_OK);
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(mode).u32(uid).u32(gid).string(path);
        }

        @Override
        public String words() {
            return "make the directory " + path + MountBits.owner(mode, uid, gid);
        }
    }

    /** mknod(2), then the owner. A node that is there already with the same type and number is taken. */
    record Mknod(String path, int mode, int major, int minor, int uid, int gid) implements MountOp {
        @Override
        public OpCode code() {
            return OpCode.MKNOD;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(mode).u32(major).u32(minor).u32(uid).u32(gid).string(path);
        }

        @Override
        public String words() {
            return "make the node " + path + " " + major + ":" + minor + MountBits.owner(mode, uid, gid);
        }
    }

    /**
     * symlink(2).
     *
     * @param existingOk whether anything that is there already is left alone
     */
    record Symlink(String target, String path, boolean existingOk) implements MountOp {
        @Override
        public OpCode code() {
            return OpCode.SYMLINK;
        }

        @Override
        public int flags() {
            return OpFlags.when(existingOk, OpFlags.EXISTING_OK);
        }

        @Override
        public void encode(PlanWriter out) {
            out.string(target).string(path);
        }

        @Override
        public String words() {
            return "link " + path + " to " + target;
        }
    }

    /** Hides a path: a file under a verified /dev/null (1:3) of the container, a directory under an empty read-only tmpfs. */
    record Mask(String path, boolean missingOk) implements MountOp {
        @Override
        public OpCode code() {
            return OpCode.MASK;
        }

        @Override
        public int flags() {
            return OpFlags.when(missingOk, OpFlags.MISSING_OK);
        }

        @Override
        public void encode(PlanWriter out) {
            out.string(path);
        }

        @Override
        public String words() {
            return "mask " + path;
        }
    }

    /** Binds a path on itself, read-only with all that is mounted below. */
    record ReadOnly(String path, boolean missingOk) implements MountOp {
        @Override
        public OpCode code() {
            return OpCode.READONLY;
        }

        @Override
        public int flags() {
            return OpFlags.when(missingOk, OpFlags.MISSING_OK);
        }

        @Override
        public void encode(PlanWriter out) {
            out.string(path);
        }

        @Override
        public String words() {
            return "make " + path + " read-only";
        }
    }

    /** pivot_root(2) into the attached root; the old one is detached. */
    record Pivot() implements MountOp {
        @Override
        public OpCode code() {
            return OpCode.PIVOT;
        }

        @Override
        public void encode(PlanWriter out) {}

        @Override
        public String words() {
            return "pivot into the root and detach the old one";
        }
    }

    /**
     * Sets owner and mode of what is at the path.
     *
     * @param mode permission bits, or -1 to leave them
     */
    record Own(String path, int mode, int uid, int gid) implements MountOp {
        @Override
        public OpCode code() {
            return OpCode.OWN;
        }

        @Override
        public void encode(PlanWriter out) {
            out.u32(mode).u32(uid).u32(gid).string(path);
        }

        @Override
        public String words() {
            return "set the owner of " + path + MountBits.owner(mode, uid, gid);
        }
    }
}

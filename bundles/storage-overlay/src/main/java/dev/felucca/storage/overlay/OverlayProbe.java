package dev.felucca.storage.overlay;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.storage.MountSpec.Option;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.StatFs;
import dev.felucca.door.layer.Directories;
import dev.felucca.door.layer.Mounter;
import dev.felucca.door.layer.Whiteouts;
import java.nio.file.Path;
import java.util.List;

/** Tries in a scratch directory what the driver needs: a mount, a file written through it, a whiteout, types in listings. */
final class OverlayProbe {
    private final Mounter mounter;

    OverlayProbe(Mounter mounter) {
        this.mounter = mounter;
    }

    void check(Path dir) {
        long type = StatFs.of(dir.toString()).type();
        if (type == StatFs.OVERLAYFS || type == StatFs.NFS || type == StatFs.AUFS) {
            throw EngineException.unsupported("the storage driver overlay cannot keep its layers on " + backing(dir)
                    + " (" + dir + "); put the data root on ext4, xfs, btrfs or tmpfs, or use the driver vfs");
        }
        for (String d : List.of("lower", "upper", "work")) {
            Nodes.mkdirat(Fd.CWD, dir.resolve(d).toString(), 0755);
        }
        Nodes.mkdirat(Fd.CWD, dir.resolve("lower/victim").toString(), 0755);
        checkTypes(dir);
        List<Option> options = OverlayDriver.options(6);
        options.add(new Option("lowerdir+", dir.resolve("lower").toString()));
        options.add(new Option("upperdir", dir.resolve("upper").toString()));
        options.add(new Option("workdir", dir.resolve("work").toString()));
        try (Fd root = mounter.mount(List.of(new MountSpec("overlay", "overlay", options, false)))) {
            Descriptors.openat(root, "file", Descriptors.O_WRONLY | Descriptors.O_CREAT, 0644)
                    .close();
            Nodes.unlinkat(root, "victim", Nodes.AT_REMOVEDIR);
        } catch (KernelException e) {
            throw new EngineException(EngineException.Kind.UNSUPPORTED, words(e, dir), e);
        }
        if (!Whiteouts.isWhiteout(Stat.of(dir.resolve("upper/victim").toString()))) {
            throw EngineException.unsupported("overlayfs does not mark what is deleted as expected on " + backing(dir));
        }
    }

    private static void checkTypes(Path dir) {
        try (Fd fd = Descriptors.open(dir.toString(), Descriptors.O_RDONLY | Descriptors.O_DIRECTORY)) {
            if (Directories.list(fd).stream().anyMatch(e -> e.type() != Directories.DT_DIR)) {
                throw EngineException.unsupported(backing(dir) + " at " + dir
                        + " does not tell file types in listings (d_type), which overlayfs needs; for xfs make it with "
                        + "mkfs.xfs -n ftype=1");
            }
        }
    }

    private static String words(KernelException e, Path dir) {
        if (e.errno() == Errno.ENODEV) {
            return "this kernel has no overlayfs; load it (modprobe overlay) or use the storage driver vfs";
        }
        if (e.errno() == Errno.EPERM) {
            return "overlay mounts are not permitted here (" + e.message() + "); the engine needs CAP_SYS_ADMIN";
        }
        return "overlayfs does not work on " + backing(dir) + " at " + dir + ": " + e.message()
                + "; put the data root on ext4, xfs, btrfs or tmpfs, or use the storage driver vfs";
    }

    static String backing(Path dir) {
        long type = StatFs.of(dir.toString()).type();
        if (type == StatFs.EXT4) {
            return "ext4";
        } else if (type == StatFs.XFS) {
            return "xfs";
        } else if (type == StatFs.BTRFS) {
            return "btrfs";
        } else if (type == StatFs.TMPFS) {
            return "tmpfs";
        } else if (type == StatFs.OVERLAYFS) {
            return "overlayfs";
        } else if (type == StatFs.NFS) {
            return "nfs";
        }
        return "filesystem 0x" + Long.toHexString(type);
    }
}

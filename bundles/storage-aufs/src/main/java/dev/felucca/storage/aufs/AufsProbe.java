package dev.felucca.storage.aufs;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.Transfers;
import dev.felucca.door.layer.Mounter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether aufs is here, and whether it works on the filesystem of the data root. */
final class AufsProbe {
    private AufsProbe() {}

    /** Why it is not here. */
    static Optional<String> missing() {
        boolean here =
                Transfers.readText(Fd.CWD, "/proc/filesystems").lines().anyMatch(line -> line.endsWith("\taufs"));
        return here
                ? Optional.empty()
                : Optional.of(
                        "this kernel has no aufs (/proc/filesystems); load it if there is a module (modprobe aufs), or use the"
                                + " storage driver overlay");
    }

    static void require() {
        missing().ifPresent(why -> {
            throw EngineException.unsupported(why);
        });
    }

    /** Tries a mount, a file written through it, and a whiteout. */
    static void check(Mounter mounter, Path dir) {
        for (String d : List.of("rw", "ro", "ro/victim")) {
            Nodes.mkdirat(Fd.CWD, dir.resolve(d).toString(), 0755);
        }
        try (Fd root = mounter.mount(Branches.writable(dir.resolve("rw"), List.of(dir.resolve("ro")), dir))) {
            Descriptors.openat(root, "file", Descriptors.O_WRONLY | Descriptors.O_CREAT, 0644)
                    .close();
            Nodes.unlinkat(root, "victim", Nodes.AT_REMOVEDIR);
            Stat.of(dir.resolve("rw/.wh.victim").toString());
        } catch (KernelException e) {
            throw new EngineException(
                    EngineException.Kind.UNSUPPORTED,
                    "aufs does not work on " + dir + ": " + e.message()
                            + "; put the data root on ext4, xfs or tmpfs, or use the storage driver overlay",
                    e);
        }
    }
}

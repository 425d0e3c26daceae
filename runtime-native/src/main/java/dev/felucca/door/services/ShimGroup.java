package dev.felucca.door.services;

import dev.felucca.api.KernelException;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.MountInfo;
import dev.felucca.door.Nodes;
import dev.felucca.door.Transfers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The control group of the shims, outside of the engine's own: a service manager that ends the engine's unit, or limits it, does not
 * mean the containers. In each hierarchy but cpuset, where a v1 group takes nobody until it is given processors.
 */
final class ShimGroup {
    private static final String NAME = "felucca-shims";
    private static final int TRIES = 3;

    private final List<String> directories = new ArrayList<>();

    ShimGroup() {
        for (MountInfo m : MountInfo.list()) {
            boolean v1 = m.type().equals("cgroup") && !Files.exists(Path.of(m.mountPoint(), "cpuset.cpus"));
            if (v1 || m.type().equals("cgroup2")) {
                directories.add(m.mountPoint() + "/" + NAME);
            }
        }
    }

    void place(int pid) {
        directories.forEach(d -> place(d, pid));
    }

    private static void place(String directory, int pid) {
        for (int i = 1; ; i++) {
            try {
                mkdir(directory);
                Transfers.writeText(Fd.CWD, directory + "/cgroup.procs", "" + pid);
                return;
            } catch (KernelException e) {
                // Another engine that stops may have removed it in between.
                if (i == TRIES || (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV)) {
                    throw e;
                }
            }
        }
    }

    private static void mkdir(String directory) {
        try {
            Nodes.mkdirat(Fd.CWD, directory, 0755);
        } catch (KernelException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    /** Unless there are shims in it, which live on. */
    void remove() {
        for (String d : directories) {
            try {
                Nodes.unlinkat(Fd.CWD, d, Nodes.AT_REMOVEDIR);
            } catch (KernelException e) {
                if (e.errno() != Errno.EBUSY && e.errno() != Errno.ENOENT) {
                    throw e;
                }
            }
        }
    }
}

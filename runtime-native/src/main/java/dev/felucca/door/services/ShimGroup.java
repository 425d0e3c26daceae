package dev.felucca.door.services;

import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.MountInfo;
import dev.felucca.door.Nodes;
import dev.felucca.door.shim.ShimLink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The control group of the shims, outside of the engine's own: a service manager that ends the engine's unit, or limits it, does not
 * mean the containers. In each hierarchy but cpuset, where a v1 group takes nobody until it is given processors.
 */
final class ShimGroup {
    static final String NAME = "felucca-shims";
    private static final int TRIES = 3;

    private final List<Group> groups = new ArrayList<>();

    /** @param file in which a process of one thread writes itself */
    private record Group(String directory, String file) {}

    ShimGroup() {
        for (MountInfo m : MountInfo.list()) {
            String directory = m.mountPoint() + "/" + NAME;
            if (m.type().equals("cgroup2")) {
                groups.add(new Group(directory, "cgroup.procs"));
            } else if (m.type().equals("cgroup") && !Files.exists(Path.of(m.mountPoint(), "cpuset.cpus"))) {
                groups.add(new Group(directory, "tasks"));
            }
        }
        // shims that an engine left which was killed may have gone since, all of them
        remove();
    }

    /** The shim places itself: a move by another process makes the kernel wait for all that fork or end. */
    void place(ShimLink shim) {
        for (int i = 1; ; i++) {
            List<Fd> files = new ArrayList<>();
            try {
                groups.forEach(g -> files.add(open(g)));
                shim.join(files);
                return;
            } catch (KernelException e) {
                // Another engine that stops may have removed it in between.
                if (i == TRIES || (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV)) {
                    throw e;
                }
            } finally {
                files.forEach(Fd::close);
            }
        }
    }

    private static Fd open(Group group) {
        try {
            Nodes.mkdirat(Fd.CWD, group.directory, 0755);
        } catch (KernelException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
        return Descriptors.open(group.directory + "/" + group.file, Descriptors.O_WRONLY);
    }

    /**
     * Unless there are shims in it, which live on. They are in all hierarchies: where one of the groups could be removed, nobody is in
     * those before it any more, and the last shim was just ending.
     */
    void remove() {
        List<Group> busy = groups.stream().filter(g -> !removed(g)).toList();
        if (busy.size() < groups.size()) {
            busy.forEach(ShimGroup::removed);
        }
    }

    /** False if somebody is in it. */
    private static boolean removed(Group group) {
        try {
            Nodes.unlinkat(Fd.CWD, group.directory, Nodes.AT_REMOVEDIR);
            return true;
        } catch (KernelException e) {
            if (e.errno() == Errno.EBUSY) {
                return false;
            }
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            return true;
        }
    }
}

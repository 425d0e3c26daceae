package dev.felucca.door.services;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.KernelException;
import dev.felucca.door.BaseNamespace;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.MountInfo;
import dev.felucca.door.Mounts;
import dev.felucca.door.Nodes;
import dev.felucca.door.Processes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the roots, locks them, and binds each on itself as a private mount: a mount namespace cannot be pinned below a
 * shared mount, and Felucca's mounts are not to spread. What a crashed engine left bound is taken over.
 */
@Component(service = EngineRoots.class, immediate = true)
public final class RootsComponent implements EngineRoots {
    private static final Logger LOG = LoggerFactory.getLogger(RootsComponent.class);
    private static final int MODE = 0711;
    /** Else any user of the host could run the setuid programs of images and read what containers write. */
    private static final int DATA_MODE = 0710;

    private static final String LOCK = "lock";

    private final Path data;
    private final Path run;
    private final List<Fd> locks = new ArrayList<>();

    /** The base namespace comes first, so that it has none of the mounts made here. */
    @Activate
    public RootsComponent(BundleContext context, @Reference BaseNamespace base) {
        this(RootPaths.of(context), base);
    }

    RootsComponent(RootPaths paths, BaseNamespace base) {
        try {
            data = prepare(paths.data());
            run = prepare(paths.run());
            // Whoever made it: a looser mode is not kept.
            Nodes.fchmodat(Fd.CWD, data.toString(), DATA_MODE);
            bindPrivate(data);
            bindPrivate(run);
            // Where the host's mounts are shared, the two binds have spread to the base namespace.
            base.prune(List.of(data, run));
        } catch (RuntimeException e) {
            locks.forEach(Fd::close);
            throw e;
        }
    }

    @Override
    public Path dataRoot() {
        return data;
    }

    @Override
    public Path runRoot() {
        return run;
    }

    private Path prepare(Path path) {
        mkdirs(path);
        Path real = RootPaths.real(path);
        locks.add(lock(real));
        return real;
    }

    private static void mkdirs(Path path) {
        Path parent = path.getParent();
        if (Files.isDirectory(path) || parent == null) {
            return;
        }
        mkdirs(parent);
        try {
            Nodes.mkdirat(Fd.CWD, path.toString(), 0755);
            // Not through mkdir's mode, which the umask cuts.
            Nodes.fchmodat(Fd.CWD, path.toString(), MODE);
        } catch (KernelException e) {
            if (e.errno() != Errno.EEXIST || !Files.isDirectory(path)) {
                throw e;
            }
        }
    }

    private static Fd lock(Path root) {
        String file = root.resolve(LOCK).toString();
        Fd fd = Descriptors.open(file, Descriptors.O_RDWR | Descriptors.O_CREAT | Descriptors.O_NOFOLLOW, 0600);
        try {
            if (!Descriptors.tryFlock(fd, Descriptors.LOCK_EX)) {
                String holder = new String(Descriptors.readAll(fd, 64), StandardCharsets.UTF_8).strip();
                throw EngineException.conflict("another engine"
                        + (holder.isEmpty() ? "" : " (pid " + holder + ")") + " holds " + root
                        + "; stop it first, or give this one other roots");
            }
            Descriptors.truncate(fd, 0);
            Descriptors.writeAll(fd, (Processes.getpid() + "\n").getBytes(StandardCharsets.UTF_8));
            return fd;
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    private static void bindPrivate(Path root) {
        String path = root.toString();
        List<MountInfo> all = MountInfo.list();
        if (all.stream().noneMatch(m -> m.mountPoint().equals(path) && m.isSelfBind(all))) {
            Mounts.mount(path, path, null, Mounts.MS_BIND, null);
        }
        Mounts.mount(null, path, null, Mounts.MS_PRIVATE, null);
    }

    @Deactivate
    void close() {
        unbind(data);
        unbind(run);
        locks.forEach(Fd::close);
    }

    private static void unbind(Path root) {
        String path = root.toString();
        List<MountInfo> all = MountInfo.list();
        List<String> below = all.stream()
                .filter(m -> m.isBelow(path))
                .map(MountInfo::mountPoint)
                .toList();
        if (!below.isEmpty()) {
            LOG.info(
                    "{} stays bound on itself: {} mounts below it are in use, such as {}",
                    path,
                    below.size(),
                    below.get(0));
            return;
        }
        // Detached, because this process may still have files open below it, such as its log.
        if (all.stream().anyMatch(m -> m.mountPoint().equals(path) && m.isSelfBind(all))) {
            Mounts.umount2(path, Mounts.MNT_DETACH | Mounts.UMOUNT_NOFOLLOW);
        }
    }
}

package dev.felucca.door.services;

import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_NOFOLLOW;
import static dev.felucca.door.Descriptors.O_PATH;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.KernelException;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.storage.RootTree;
import dev.felucca.api.storage.RootTrees;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Mounts;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.Nodes;
import dev.felucca.door.Processes;
import dev.felucca.door.layer.Mounter;
import dev.felucca.door.layer.OpenTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Detached copies of mount trees. That of a running container is taken in its mount namespace, from that namespace's root and not
 * from a process's, which the process could change; that of another is put together in a namespace that ends with the thread.
 */
@Component(service = RootTrees.class)
public final class RootTreesComponent implements RootTrees {
    private final Mounter mounter = new Mounter();
    private final Path place;

    @Activate
    public RootTreesComponent(@Reference EngineRoots roots) {
        place = roots.runRoot();
    }

    @Override
    public RootTree of(int pid, long startTime, boolean below) {
        return new OpenTree(Namespaces.inThread("felucca-root", () -> {
            try (Fd namespace = Namespaces.of(pid, NamespaceType.MOUNT)) {
                if (Processes.startTime(pid) != startTime) {
                    throw EngineException.conflict("process " + pid + " has ended");
                }
                Namespaces.unshare(Namespaces.CLONE_FS);
                Namespaces.setns(namespace, NamespaceType.MOUNT);
                return detached(Fd.CWD, "/", below ? Nodes.AT_RECURSIVE : 0);
            } catch (KernelException e) {
                if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
                    throw new EngineException(EngineException.Kind.CONFLICT, "process " + pid + " has ended", e);
                }
                throw e;
            }
        }));
    }

    private static Fd detached(Fd dir, String path, int flags) {
        Fd tree = Mounts.openTree(dir, path, Mounts.OPEN_TREE_CLONE | flags);
        try {
            int all = Nodes.AT_EMPTY_PATH | (flags & Nodes.AT_RECURSIVE);
            Mounts.setAttributes(tree, "", all, 0, 0, Mounts.MS_PRIVATE, null);
            return tree;
        } catch (RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    @Override
    public RootTree of(List<MountSpec> rootfs, List<Bind> binds, boolean readOnly) {
        Fd root = mounter.mount(rootfs);
        if (binds.isEmpty()) {
            if (readOnly) {
                makeReadOnly(root, 0);
            }
            return new OpenTree(root);
        }
        try (root) {
            return new OpenTree(Namespaces.inThread("felucca-root", () -> {
                Namespaces.unshare(Namespaces.CLONE_FS | NamespaceType.MOUNT.flag());
                Mounts.mount(null, "/", null, Mounts.MS_REC | Mounts.MS_PRIVATE, null);
                // sources first: the place of the root may hide them
                List<Fd> sources = binds.stream()
                        .map(b -> detached(Fd.CWD, b.source().toString(), Nodes.AT_RECURSIVE))
                        .toList();
                try {
                    Mounts.attach(root, place.toString());
                    for (int i = 0; i < binds.size(); i++) {
                        attach(root, sources.get(i), binds.get(i));
                    }
                    if (readOnly) {
                        makeReadOnly(root, 0);
                    }
                    return detached(root, "", Nodes.AT_EMPTY_PATH | Nodes.AT_RECURSIVE);
                } finally {
                    sources.forEach(Fd::close);
                }
            }));
        }
    }

    private static void makeReadOnly(Fd mount, int flags) {
        Mounts.setAttributes(mount, "", Nodes.AT_EMPTY_PATH | flags, Mounts.MOUNT_ATTR_RDONLY, 0, 0, null);
    }

    private static void attach(Fd root, Fd source, Bind bind) {
        if (bind.readOnly()) {
            makeReadOnly(source, Nodes.AT_RECURSIVE);
        }
        try (Fd target = target(root, bind.target(), Files.isDirectory(bind.source()))) {
            Mounts.attach(source, target);
        }
    }

    /** Opens it; makes what is missing of it, as a start would. */
    private static Fd target(Fd root, String path, boolean directory) {
        List<String> parts = Path.of(path).normalize().toString().isEmpty()
                ? List.of()
                : List.of(Path.of(path).normalize().toString().substring(1).split("/"));
        String reached = "/";
        for (int i = 0; i < parts.size(); i++) {
            boolean last = i == parts.size() - 1;
            try (Fd dir = within(root, reached, O_PATH | O_DIRECTORY)) {
                make(dir, parts.get(i), directory || !last);
            }
            reached = reached.equals("/") ? "/" + parts.get(i) : reached + "/" + parts.get(i);
        }
        return within(root, reached, O_PATH);
    }

    private static void make(Fd dir, String name, boolean directory) {
        try {
            if (directory) {
                Nodes.mkdirat(dir, name, 0755);
            } else {
                Descriptors.openat(
                                dir,
                                name,
                                Descriptors.O_WRONLY | Descriptors.O_CREAT | Descriptors.O_EXCL | O_NOFOLLOW,
                                0644)
                        .close();
            }
        } catch (KernelException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    private static Fd within(Fd root, String path, int flags) {
        return Descriptors.openat2(root, path, flags, 0, Descriptors.RESOLVE_IN_ROOT);
    }
}

package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Mounts;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.Nodes;
import dev.felucca.door.Processes;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Namespaces that a runtime is to join. The paths at which a strategy pins them are not to be seen in the shim's mount namespace, so
 * they are opened here and named by these descriptors.
 */
final class OciNamespaces implements AutoCloseable {
    private final List<LinuxNamespace> asked;
    private final Map<LinuxNamespaceType, Fd> joined = new EnumMap<>(LinuxNamespaceType.class);

    private OciNamespaces(List<LinuxNamespace> asked) {
        this.asked = asked;
    }

    static OciNamespaces open(List<LinuxNamespace> asked) {
        OciNamespaces all = new OciNamespaces(asked);
        try {
            for (LinuxNamespace n : asked) {
                String path = n.path();
                if (path != null) {
                    all.joined.put(n.type(), open(n.type(), path));
                }
            }
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    private static Fd open(LinuxNamespaceType type, String path) {
        try {
            return Descriptors.open(path, Descriptors.O_RDONLY | Descriptors.O_NONBLOCK | Descriptors.O_NOCTTY);
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
                throw new EngineException(
                        EngineException.Kind.NOT_FOUND,
                        "the " + type.procName() + " namespace " + path + " does not exist any more",
                        e);
            }
            throw e;
        }
    }

    /** With paths that hold as long as this is open. */
    List<LinuxNamespace> entries() {
        return asked.stream()
                .map(n -> {
                    Fd fd = joined.get(n.type());
                    return fd == null
                            ? n
                            : new LinuxNamespace(n.type(), "/proc/" + Processes.getpid() + "/fd/" + fd.number());
                })
                .toList();
    }

    /** Has the root filesystem, which is mounted in the shim's mount namespace, in a joined one as well. */
    void showRoot(int shim, Path rootfs) {
        Fd mounts = joined.get(LinuxNamespaceType.MOUNT);
        if (mounts == null) {
            return;
        }
        try (Fd theirs = Namespaces.of(shim, NamespaceType.MOUNT)) {
            Namespaces.inside(Map.of(NamespaceType.MOUNT, theirs), () -> {
                try (Fd tree =
                        Mounts.openTree(Fd.CWD, rootfs.toString(), Mounts.OPEN_TREE_CLONE | Nodes.AT_RECURSIVE)) {
                    Namespaces.setns(mounts, NamespaceType.MOUNT);
                    Mounts.attach(tree, rootfs.toString());
                }
                return true;
            });
        }
    }

    @Override
    public void close() {
        joined.values().forEach(Fd::close);
    }
}

package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.spec.LinuxNamespaceType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Owns {@code <run root>/ns}: a directory a container, and in it a file for each namespace, named as in /proc/PID/ns, on which
 * the namespace is bind-mounted. A file without a mount is no pin, only dust of a crash or of a reboot; it is removed as well.
 */
public final class NamespacePins {
    private final Path root;

    public NamespacePins(Path runRoot) {
        root = runRoot.resolve("ns");
    }

    private Path directory(String containerId) {
        Path dir = root.resolve(containerId).normalize();
        if (containerId.isEmpty() || containerId.startsWith(".") || !root.equals(dir.getParent())) {
            throw EngineException.invalid("\"" + containerId + "\" cannot be the id of a container");
        }
        return dir;
    }

    /** Makes the container's directory; CONFLICT if it is there, for then an earlier run was not released. */
    public void open(String containerId) {
        String dir = directory(containerId).toString();
        try {
            Nodes.mkdirat(Fd.CWD, dir, 0700);
        } catch (KernelException e) {
            if (e.errno() == Errno.EEXIST) {
                throw EngineException.conflict(
                        "container " + containerId + " has pinned namespaces of an earlier run in " + dir);
            }
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            makeRoot();
            Nodes.mkdirat(Fd.CWD, dir, 0700);
        }
    }

    private void makeRoot() {
        try {
            Nodes.mkdirat(Fd.CWD, root.toString(), 0700);
        } catch (KernelException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    /** Pins one; its path. */
    public String add(String containerId, LinuxNamespaceType type, Fd namespace) {
        String file = directory(containerId).resolve(type.procName()).toString();
        Namespaces.pin(namespace, file);
        return file;
    }

    public Map<LinuxNamespaceType, String> of(String containerId) {
        Map<LinuxNamespaceType, String> pins = new EnumMap<>(LinuxNamespaceType.class);
        Path dir = directory(containerId);
        for (LinuxNamespaceType type : LinuxNamespaceType.values()) {
            Path file = dir.resolve(type.procName());
            if (isPin(file)) {
                pins.put(type, file.toString());
            }
        }
        return pins;
    }

    private static boolean isPin(Path file) {
        try {
            return StatFs.of(file.toString()).type() == StatFs.NSFS;
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    public void remove(String containerId) {
        Path dir = directory(containerId);
        for (Path file : list(dir)) {
            unmount(file.toString());
            Nodes.unlinkat(Fd.CWD, file.toString(), 0);
        }
        try {
            Nodes.unlinkat(Fd.CWD, dir.toString(), Nodes.AT_REMOVEDIR);
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private static void unmount(String file) {
        try {
            Mounts.umount2(file, Mounts.MNT_DETACH | Mounts.UMOUNT_NOFOLLOW);
        } catch (KernelException e) {
            // EINVAL: nothing is mounted there.
            if (e.errno() != Errno.EINVAL) {
                throw e;
            }
        }
    }

    public List<String> containers() {
        return list(root).stream()
                .map(p -> String.valueOf(p.getFileName()))
                .sorted()
                .toList();
    }

    private static List<Path> list(Path dir) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir)) {
            entries.forEach(found::add);
            return found;
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.felucca.door.layer;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import java.nio.file.Path;

/** What drivers do with a container's root besides mounting it. */
public final class ContainerFiles {
    private ContainerFiles() {}

    /**
     * {@link dev.felucca.api.storage.StorageDriver#copyUp} from an open root.
     *
     * @param root the container's root, a mount or a directory
     */
    public static boolean copyUp(Fd root, String path, Path target) {
        if (!path.startsWith("/")) {
            throw EngineException.invalid("\"" + path + "\" is not absolute");
        }
        int flags = Descriptors.O_RDONLY | Descriptors.O_DIRECTORY;
        try (Fd from = Descriptors.openat2(root, path, flags, 0, Descriptors.RESOLVE_IN_ROOT)) {
            try (Fd to = Descriptors.open(target.toString(), flags)) {
                if (!Directories.list(to).isEmpty()) {
                    throw EngineException.invalid(target + " is not empty");
                }
                TreeCopy.copy(from, to);
                return true;
            }
        } catch (KernelException e) {
            boolean absent = "openat2".equals(e.call())
                    && (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP);
            if (absent) {
                return false;
            }
            throw e;
        }
    }
}

package dev.felucca.door;

import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The lean mount namespace from which every container's init is born: the host's mounts, and those that the host makes
 * later, but none of Felucca's own, so that a birth (which copies the mount table) costs the same however many
 * containers run. Root filesystems and binds reach init as detached mounts. It is a slave of the engine's namespace:
 * nothing mounted in it is seen outside.
 */
@ProviderType
public interface BaseNamespace {
    /** The namespace, open as long as the service is there; join it in a thread of its own. Stays the service's. */
    Fd fd();

    /** Unmounts in it whatever lies below these directories, and their binds on themselves. */
    void prune(List<Path> roots);
}

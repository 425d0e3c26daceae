package dev.felucca.api.storage;

import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Opens the files of a container for the engine: to copy, compare and pack them. Nothing of the container is executed or loaded,
 * and no path leads out of its root, whatever its processes do meanwhile. Thread-safe; the methods block.
 */
@ProviderType
public interface RootTrees {
    /**
     * What a process has as its root, as it is mounted now.
     *
     * @param pid of a process of the container, and startTime field 22 of its /proc/PID/stat
     * @param below whether what is mounted below the root is there too
     * @throws dev.felucca.api.EngineException CONFLICT if that process has ended
     */
    RootTree of(int pid, long startTime, boolean below);

    /**
     * A root that no process has.
     *
     * @param rootfs as a storage driver gives it
     * @param binds what is bound into it; a target that is missing is made
     * @param readOnly whether the root, without the binds, cannot be written to
     */
    RootTree of(List<MountSpec> rootfs, List<Bind> binds, boolean readOnly);

    /**
     * @param source a directory or file of the host
     * @param target absolute, in the root
     */
    record Bind(Path source, String target, boolean readOnly) {}
}

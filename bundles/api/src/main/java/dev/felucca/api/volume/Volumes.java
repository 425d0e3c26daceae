package dev.felucca.api.volume;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The volumes that there are. One that a container names is made with the container, if it is not there; here they are made,
 * looked at and removed by themselves. One that a container uses, running or not, is never removed. Thread-safe; the methods
 * touch the disk.
 */
@ProviderType
public interface Volumes {
    /** All, by name. */
    List<VolumeInfo> list();

    /** @throws dev.felucca.api.EngineException NOT_FOUND ("get x: no such volume") */
    VolumeInfo get(String name);

    /**
     * Makes a volume; gives the one that is there, if there is one, unless its labels are others (CONFLICT).
     *
     * @param name null for a made-up one, which is anonymous
     * @throws dev.felucca.api.EngineException INVALID for a name that cannot be
     */
    VolumeInfo create(@Nullable String name, Map<String, String> labels);

    /** Bytes on disk, of files, in blocks of 512. Reads all of the volume's directories. NOT_FOUND. */
    long usage(String name);

    /** @throws dev.felucca.api.EngineException CONFLICT with the containers that use it; NOT_FOUND */
    void remove(String name);

    /**
     * Removes the volumes that no container uses.
     *
     * @param which those that may go
     */
    Pruned prune(Predicate<VolumeInfo> which);

    /** @param bytes on disk, of files, in blocks of 512 */
    record Pruned(List<String> removed, long bytes) {}
}

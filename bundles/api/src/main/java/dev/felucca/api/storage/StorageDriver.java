package dev.felucca.api.storage;

import dev.felucca.api.driver.Driver;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps image layers and containers' read-write layers, and says how to mount them.
 *
 * <p>Terms. A <i>chain id</i> (OCI image spec) names a layer together with all layers below it. A committed layer never
 * changes. A container's <i>read-write layer</i> lies on top of one chain (or of nothing) and is named by the container's id.
 *
 * <p>Life of a layer: {@link #createLayer} once, bottom first; {@link #removeLayer} when no layer or read-write layer stands
 * on it. Life of a read-write layer: {@link #create}, any number of {@link #rootfs} (each gives the same writable tree),
 * {@link #remove}.
 *
 * <p>Everything lies below {@code <data root>/storage/<name>/}. An interrupted call leaves nothing that counts: a layer is
 * there wholly or not at all; what an earlier engine left half-done is removed when the driver starts.
 *
 * <pre>{@code
 * driver.createLayer("sha256:aa..", null, base);
 * driver.createLayer("sha256:bb..", "sha256:aa..", top);
 * driver.create("4f2c..", "sha256:bb..");
 * List<MountSpec> m = driver.rootfs("4f2c..");   // mounted by the execution backend
 * driver.remove("4f2c..");
 * }</pre>
 */
@ConsumerType
public interface StorageDriver extends Driver {

    /**
     * Makes a committed layer. Does nothing if it is there. Two calls for the same layer at once are allowed; one does the work.
     *
     * @param parent the chain below, which must be there; null for a base layer
     * @throws dev.felucca.api.EngineException INVALID if the content is malformed, has a wrong digest or would write outside
     *     the layer; NOT_FOUND if the parent is missing; KERNEL for a failed call, such as ENOSPC
     */
    void createLayer(String chainId, @Nullable String parent, LayerSource content);

    boolean hasLayer(String chainId);

    /** Chain ids of all committed layers. */
    List<String> layers();

    /**
     * Removes a committed layer.
     *
     * @throws dev.felucca.api.EngineException CONFLICT if something stands on it; NOT_FOUND
     */
    void removeLayer(String chainId);

    /**
     * Makes a container's read-write layer.
     *
     * @param chainId the image's topmost chain; null for an empty root
     * @throws dev.felucca.api.EngineException CONFLICT if the container has one already; NOT_FOUND if the chain is missing
     */
    void create(String containerId, @Nullable String chainId);

    /**
     * How to mount the container's root, lowest mount first; mostly one. The last is the root that is used.
     *
     * @throws dev.felucca.api.EngineException NOT_FOUND
     */
    List<MountSpec> rootfs(String containerId);

    /**
     * How to mount a committed layer with all below it, read-only.
     *
     * @throws dev.felucca.api.EngineException NOT_FOUND
     */
    List<MountSpec> view(String chainId);

    /** Containers that have a read-write layer here. */
    List<String> containers();

    /** Removes a container's read-write layer with all that was written; nothing must have it mounted. Missing is no error. */
    void remove(String containerId);

    /**
     * Copies what the container's root has at a path into an empty directory of the host, with owners, modes, times and
     * extended attributes; the target gets the owner and mode of the source directory. Links inside the root are resolved
     * within it. The read-write layer must not be in use for writing.
     *
     * @param path absolute in the container
     * @return false if there is no directory at the path; the target is as it was then
     */
    boolean copyUp(String containerId, String path, Path target);

    /** Bytes on disk of what the container wrote, as du(1) counts them. */
    long usage(String containerId);
}

package dev.felucca.api.image;

import dev.felucca.api.storage.LayerSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The image store: content by digest in an OCI image layout, references, and who uses what. Thread-safe. An image is found
 * by reference (with docker's normalisation: {@code busybox} is {@code docker.io/library/busybox:latest}), by id, or by a
 * unique prefix of its id with or without {@code sha256:}.
 *
 * <p>What is <i>held</i> is not removed: {@link #hold} names the holder (a container, or a create in flight), and a removal
 * that meets a hold is a CONFLICT that says who holds. Content that no image and no hold refers to is collected.
 */
@ProviderType
public interface Images {
    /** All images, newest first. */
    List<Image> list();

    /**
     * @throws dev.felucca.api.EngineException NOT_FOUND ("No such image: x"), INVALID for a malformed or ambiguous reference
     */
    Image get(String reference);

    List<HistoryEntry> history(String reference);

    /** Finds the image and holds it for the holder in one step. */
    Image hold(String reference, String holder);

    /** Ends all holds of a holder. None is no error. */
    void release(String holder);

    /** The content of an image's layer, verified while it is read. */
    LayerSource layer(String imageId, Layer layer);

    /**
     * Loads images from an archive: what {@code docker save} writes, or an OCI image layout, as a tar that may be compressed
     * with gzip or zstd. Streamed: never more than a layer's worth of disk is used twice.
     *
     * @return lines to show, such as {@code Loaded image: busybox:latest}
     * @throws dev.felucca.api.EngineException INVALID for a truncated or malformed archive, a wrong digest, or one larger than
     *     the configured limits; nothing of it stays then
     */
    List<String> load(InputStream archive, Progress progress) throws IOException;

    /** Loads from a file or from a directory that is an OCI image layout. */
    List<String> load(Path archiveOrLayout, Progress progress) throws IOException;

    /** Makes an image of one layer from a root filesystem tar (plain, gzip or zstd). */
    Image importRootfs(InputStream tar, ImportOptions options, Progress progress) throws IOException;

    /**
     * Makes an image of one more layer on top of another image.
     *
     * @param base its id
     * @param layer writes the layer, uncompressed
     */
    Image commit(String base, LayerWriter layer, CommitOptions options) throws IOException;

    /** Writes a tar; must not close the stream. */
    @FunctionalInterface
    interface LayerWriter {
        void writeTo(OutputStream tar) throws IOException;
    }

    /** Writes images as an archive that docker load and this engine's load take. */
    void save(List<String> references, OutputStream out) throws IOException;

    void tag(String reference, String target);

    /**
     * Removes a reference; the image too, if it was the last. With an id all its references go, which needs force if there
     * are several.
     *
     * @return what happened, as docker reports it: {@code Untagged: x}, {@code Deleted: sha256:...}
     */
    List<String> remove(String reference, boolean force);

    /** Removes images without a reference ({@code all}: without a container) and the content that nothing refers to. */
    PruneResult prune(boolean all);

    /** Tells of removed images, so that layers made from them can go. At most one listener a caller; close to end. */
    AutoCloseable onRemoved(Runnable listener);

    record PruneResult(List<String> removed, long bytes) {}

    /** The reference in familiar form with a tag, for messages and lists; the argument itself if it is none. */
    String familiar(@Nullable String reference);
}

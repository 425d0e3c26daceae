package dev.felucca.api.registry;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** A repository of a registry. Errors as in {@link Registries}. Thread-safe. */
@ProviderType
public interface RegistryRepository {
    /**
     * A manifest or an index.
     *
     * @param tagOrDigest with a digest, content that differs from it is refused
     * @param maxBytes what is larger is refused
     */
    RegistryManifest manifest(String tagOrDigest, int maxBytes);

    /**
     * The content of a blob, as it comes: the reader verifies it. A connection that breaks or stalls is replaced by one that goes on at
     * the same byte; the stream fails if that does not help. It fails with an InterruptedIOException when its reader is interrupted.
     *
     * @param size bytes that it has by its descriptor; a longer or shorter one fails
     */
    InputStream blob(String digest, long size) throws IOException;

    boolean has(String digest);

    /**
     * Sends a blob, unless it is there.
     *
     * @param from paths of other repositories of the same registry that may have it, to be mounted from there
     */
    Sent send(String digest, long size, Content content, List<String> from, Sending progress) throws IOException;

    /** Sends a manifest; its digest as the registry says it, which is that of the content. */
    String sendManifest(String tagOrDigest, String mediaType, byte[] content);

    /** All tags. */
    List<String> tags();

    /** How a blob came to be in the repository. */
    enum Sent {
        SENT,
        WAS_THERE,
        MOUNTED
    }

    /** Content that can be read again. */
    @FunctionalInterface
    interface Content {
        InputStream open() throws IOException;
    }

    /** Hears how many bytes have been sent. */
    @FunctionalInterface
    interface Sending {
        void sent(long bytes);
    }
}

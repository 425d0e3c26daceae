package dev.felucca.api.image;

import dev.felucca.api.registry.RegistryAuth;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Images from and to registries. Content is verified by its digest before anything of it is kept; a pull that fails or is interrupted
 * leaves the store as it was. Thread-safe. Errors as in {@link dev.felucca.api.registry.Registries}.
 */
@ProviderType
public interface RemoteImages {
    /**
     * Fetches an image. Content that the store has is not fetched.
     *
     * @param reference with a tag, a digest, or none for {@code latest}
     * @param platform {@code os/architecture[/variant]} to choose from an index; null for the host's
     * @param auth null for what was remembered by a login
     */
    Pulled pull(String reference, @Nullable String platform, @Nullable RegistryAuth auth, Progress progress)
            throws IOException;

    /** The tags of a repository at its registry. */
    List<String> remoteTags(String repository, @Nullable RegistryAuth auth);

    /**
     * The references of a repository in this store, in familiar form, sorted.
     *
     * @throws dev.felucca.api.EngineException NOT_FOUND if there is none, INVALID for a name with a tag or a digest
     */
    List<String> localTags(String repository);

    /**
     * Sends an image, under its reference, to the registry that the reference names. Layers that are stored uncompressed are sent
     * with gzip, and the manifest says so.
     *
     * @param reference with a tag, or none for {@code latest}
     */
    Pushed push(String reference, @Nullable RegistryAuth auth, Progress progress) throws IOException;

    /** What a registry has under a reference, without fetching the image. */
    Remote remote(String reference, @Nullable RegistryAuth auth) throws IOException;

    /**
     * @param reference in familiar form
     * @param digest of what the tag names at the registry: a manifest or an index
     * @param id of the image
     * @param changed false if the store had it, under this reference
     */
    record Pulled(String reference, String digest, String id, boolean changed) {}

    /**
     * @param digest of the manifest
     * @param size of the manifest in bytes
     */
    record Pushed(String tag, String digest, long size) {}

    /**
     * @param size in bytes
     * @param platforms {@code os/architecture[/variant]} of what an index names; of a single manifest that of its configuration
     */
    record Remote(String mediaType, String digest, long size, List<String> platforms) {}
}

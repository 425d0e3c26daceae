package dev.felucca.api.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a container becomes an image.
 *
 * @param reference the tag to give it; null for none
 * @param changes Dockerfile instructions as {@link ImportOptions} has them
 * @param config what the container runs with, which the instructions change
 * @param createdBy the container's command line, for the history
 */
public record CommitOptions(
        @Nullable String reference,
        String author,
        String message,
        List<String> changes,
        ImageConfig config,
        String createdBy) {
    public CommitOptions {
        changes = List.copyOf(changes);
    }

    /** The same for what a container runs with. */
    public CommitOptions of(ImageConfig config, String createdBy) {
        return new CommitOptions(reference, author, message, changes, config, createdBy);
    }
}

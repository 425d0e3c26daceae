package dev.felucca.api.image;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image as it is stored.
 *
 * @param id digest of its configuration, {@code sha256:...}
 * @param tags references that name it now, in familiar form ({@code busybox:latest}), sorted
 * @param size bytes of its layers, uncompressed where known
 */
public record Image(
        String id,
        List<String> tags,
        List<String> digests,
        String architecture,
        String os,
        @Nullable Instant created,
        String author,
        String comment,
        long size,
        ImageConfig config,
        List<Layer> layers) {
    public Image {
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
        layers = List.copyOf(layers);
    }
}

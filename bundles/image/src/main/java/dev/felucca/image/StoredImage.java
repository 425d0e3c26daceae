package dev.felucca.image;

import dev.felucca.api.image.Image;
import dev.felucca.api.image.Layer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * An image of the store: its configuration and where its content is.
 *
 * @param id digest of the configuration
 * @param manifest what the index names it by
 * @param layers blobs, bottom first
 */
record StoredImage(String id, Descriptor manifest, ConfigFile config, List<Blob> layers) {

    /** A layer as it is stored. */
    record Blob(String digest, long size, Compression compression, String diffId, long uncompressed) {}

    StoredImage {
        layers = List.copyOf(layers);
    }

    /** All content that it needs. */
    Set<String> blobs() {
        Set<String> all = new HashSet<>();
        all.add(id);
        all.add(manifest.digest());
        layers.forEach(b -> all.add(b.digest()));
        return all;
    }

    List<Layer> apiLayers() {
        List<String> chain = Digests.chain(config.diffIds());
        List<Layer> all = new ArrayList<>();
        for (int i = 0; i < chain.size(); i++) {
            all.add(new Layer(config.diffIds().get(i), chain.get(i), i == 0 ? null : chain.get(i - 1)));
        }
        return all;
    }

    long size() {
        return layers.stream().mapToLong(Blob::uncompressed).sum();
    }

    Instant createdOrEpoch() {
        Instant created = config.created();
        return created == null ? Instant.EPOCH : created;
    }

    /**
     * @param references those that name it now
     */
    Image toImage(Collection<Reference> references) {
        Set<String> tags = new TreeSet<>();
        Set<String> digests = new TreeSet<>();
        for (Reference r : references) {
            if (r.digest() == null) {
                tags.add(r.familiar());
                digests.add(r.familiarName() + "@" + manifest.digest());
            } else {
                digests.add(r.familiar());
            }
        }
        return new Image(
                id,
                List.copyOf(tags),
                List.copyOf(digests),
                config.architecture(),
                config.os().isEmpty() ? "linux" : config.os(),
                config.created(),
                config.author(),
                config.comment(),
                size(),
                config.config(),
                apiLayers());
    }
}

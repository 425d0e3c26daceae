package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An image that is read and verified in whole, and waits to be taken into the store.
 *
 * @param parts its content
 * @param names tags that it is to get
 */
record Incoming(StoredImage image, List<Staged> parts, List<Reference> names) {

    /**
     * Puts an image together from its configuration and layers, with a manifest of our own.
     *
     * @param layers bottom first, in the number and with the digests that the configuration says
     */
    static Incoming of(Staged configPart, List<Staged> layers, Staging staging, List<Reference> names)
            throws IOException {
        List<Descriptor> descriptors = new ArrayList<>();
        for (Staged l : layers) {
            descriptors.add(new Descriptor(l.compression().layerMediaType(), l.digest(), l.size()));
        }
        Descriptor config = new Descriptor(MediaTypes.CONFIG, configPart.digest(), configPart.size());
        Staged manifest = staging.stage(new Manifest(config, descriptors).toBytes(), "manifest");
        return of(
                new Descriptor(MediaTypes.MANIFEST, manifest.digest(), manifest.size()),
                manifest,
                configPart,
                layers,
                staging,
                names);
    }

    /** Puts an image together that has its own manifest, and verifies the layers against the configuration. */
    static Incoming of(
            Descriptor manifest,
            Staged manifestPart,
            Staged configPart,
            List<Staged> layers,
            Staging staging,
            List<Reference> names) {
        String id = configPart.digest();
        ConfigFile config = ConfigFile.parse(staging.read(configPart, "image " + id), "image " + id, staging.limits());
        if (config.diffIds().size() != layers.size()) {
            throw EngineException.invalid("image " + id + " has " + layers.size() + " layers, its configuration names "
                    + config.diffIds().size());
        }
        List<StoredImage.Blob> blobs = new ArrayList<>();
        List<Staged> parts = new ArrayList<>(List.of(manifestPart, configPart));
        for (int i = 0; i < layers.size(); i++) {
            Staged l = layers.get(i);
            String said = config.diffIds().get(i);
            String diffId = l.requireLayer(l.digest());
            if (!diffId.equals(said)) {
                throw EngineException.invalid("image " + id + ": layer " + (i + 1) + " has the diff id " + diffId
                        + ", its configuration says " + said);
            }
            long plain = l.compression() == Compression.NONE ? l.size() : l.uncompressed();
            blobs.add(new StoredImage.Blob(l.digest(), l.size(), l.compression(), diffId, plain));
            parts.add(l);
        }
        return new Incoming(new StoredImage(id, manifest, config, blobs), parts, names);
    }
}

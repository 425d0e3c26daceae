package dev.felucca.image;

import dev.felucca.api.EngineException;
import dev.felucca.api.registry.RegistryRepository;
import dev.felucca.api.registry.RegistryRepository.Sent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Sends one image: its layers and configuration several at a time, then the manifest that names them. */
final class Push {
    /** Bytes between two progress reports. */
    private static final long STEP = 1 << 20;
    /** Repositories that are asked for a layer before it is sent. */
    private static final int MOUNTS = 3;

    private final RegistryRepository repository;
    private final Reference reference;
    private final State state;
    private final Layout layout;
    private final Staging staging;
    private final Transfers transfers;

    /**
     * @param reference with a tag
     */
    Push(
            RegistryRepository repository,
            Reference reference,
            State state,
            Layout layout,
            Staging staging,
            Transfers transfers) {
        this.repository = repository;
        this.reference = reference;
        this.state = state;
        this.layout = layout;
        this.staging = staging;
        this.transfers = transfers;
    }

    /** What a registry has of an image now. */
    record Done(String digest, long size) {}

    Done run(StoredImage image, int atOnce) throws IOException {
        Map<String, Callable<Descriptor>> tasks = new LinkedHashMap<>();
        for (StoredImage.Blob b : image.layers()) {
            tasks.putIfAbsent(b.digest(), () -> layer(b, asItIs(image)));
            transfers.say(label(b), "Preparing");
        }
        List<Descriptor> sent = transfers.all(new ArrayList<>(tasks.values()), atOnce);
        Map<String, Descriptor> layers = new LinkedHashMap<>();
        int i = 0;
        for (String digest : tasks.keySet()) {
            layers.put(digest, sent.get(i++));
        }
        Path config = layout.blob(image.id());
        repository.send(image.id(), Files.size(config), () -> Files.newInputStream(config), List.of(), bytes -> {});
        byte[] content = manifest(image, layers);
        String type = asItIs(image) ? image.manifest().mediaType() : MediaTypes.MANIFEST;
        String tag = reference.tag();
        String digest = repository.sendManifest(tag == null ? Reference.DEFAULT_TAG : tag, type, content);
        return new Done(digest, content.length);
    }

    /** What came from a registry goes there with the same digest; what was loaded from archives may be uncompressed. */
    private boolean asItIs(StoredImage image) {
        String manifest = image.manifest().digest();
        return image.layers().stream().noneMatch(b -> b.compression() == Compression.NONE)
                || state.referencesOf(image.id()).stream().anyMatch(r -> manifest.equals(r.digest()));
    }

    private byte[] manifest(StoredImage image, Map<String, Descriptor> layers) throws IOException {
        if (asItIs(image)) {
            return Files.readAllBytes(layout.blob(image.manifest().digest()));
        }
        List<Descriptor> all = new ArrayList<>();
        for (StoredImage.Blob b : image.layers()) {
            Descriptor d = layers.get(b.digest());
            if (d == null) {
                throw EngineException.internal("layer " + b.digest() + " was not sent", null);
            }
            all.add(d);
        }
        Descriptor config = new Descriptor(MediaTypes.CONFIG, image.id(), Files.size(layout.blob(image.id())));
        return new Manifest(config, all).toBytes();
    }

    private static String label(StoredImage.Blob b) {
        return Digests.brief(b.diffId());
    }

    private Descriptor layer(StoredImage.Blob b, boolean asItIs) throws IOException {
        if (asItIs || b.compression() != Compression.NONE) {
            send(b.digest(), b.size(), layout.blob(b.digest()), others(b.digest()), label(b));
            return new Descriptor(b.compression().layerMediaType(), b.digest(), b.size());
        }
        transfers.report(label(b), "Compressing", 0, b.size());
        Staged small = staging.gzip(b.digest());
        send(small.digest(), small.size(), small.requireFile(), List.of(), label(b));
        return new Descriptor(small.compression().layerMediaType(), small.digest(), small.size());
    }

    private void send(String digest, long size, Path file, List<String> others, String label) throws IOException {
        long[] reported = new long[1];
        Sent how = repository.send(digest, size, () -> Files.newInputStream(file), others, bytes -> {
            if (bytes - reported[0] >= STEP || bytes < reported[0]) {
                reported[0] = bytes;
                transfers.report(label, "Pushing", bytes, size);
            }
        });
        String said =
                switch (how) {
                    case SENT -> "Pushed";
                    case WAS_THERE -> "Layer already exists";
                    case MOUNTED -> "Mounted from another repository";
                };
        transfers.say(label, said);
    }

    /** Repositories of the same registry that a layer came from, or went to. */
    private List<String> others(String digest) {
        return state.references().values().stream()
                .filter(n -> n.reference().domain().equals(reference.domain())
                        && !n.reference().path().equals(reference.path())
                        && n.reference().digest() != null)
                .filter(n -> {
                    StoredImage i = state.images().get(n.id());
                    return i != null && i.blobs().contains(digest);
                })
                .map(n -> n.reference().path())
                .distinct()
                .limit(MOUNTS)
                .toList();
    }
}

package dev.felucca.image;

import dev.felucca.api.EngineException;
import dev.felucca.api.registry.RegistryManifest;
import dev.felucca.api.registry.RegistryRepository;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Fetches one image: index, manifest and configuration one after the other, then its layers several at a time. */
final class Pull {
    private final RegistryRepository repository;
    private final Reference reference;
    private final Staging staging;
    private final Catalog.Pins pins;
    private final Transfers transfers;

    Pull(RegistryRepository repository, Reference reference, Staging staging, Catalog.Pins pins, Transfers transfers) {
        this.repository = repository;
        this.reference = reference;
        this.staging = staging;
        this.pins = pins;
        this.transfers = transfers;
    }

    /**
     * @param top digest of what the reference names
     */
    record Fetched(Incoming image, String top) {}

    Fetched run(Platform platform, int atOnce) throws IOException {
        Limits limits = staging.limits();
        String digest = reference.digest();
        String tag = reference.tag();
        String named = digest != null ? digest : tag == null ? Reference.DEFAULT_TAG : tag;
        RegistryManifest top = repository.manifest(named, limits.maxJsonBytes());
        requireKnown(top);
        transfers.say(named, "Pulling from " + reference.familiarName());
        Map<String, RegistryManifest> read = new LinkedHashMap<>(Map.of(top.digest(), top));
        Descriptor chosen = new Indexes(limits, platform, reference.familiar())
                .resolve(new Descriptor(top.mediaType(), top.digest(), top.size()), d -> manifest(d, read)
                        .content());
        RegistryManifest manifest = manifest(chosen, read);
        Descriptor plain = new Descriptor(manifest.mediaType(), manifest.digest(), manifest.size());
        List<Reference> names = names(top.digest());
        StoredImage have = pins.pinImage(manifest.digest());
        if (have != null) {
            return new Fetched(new Incoming(have, List.of(), names), top.digest());
        }
        String what = "manifest " + manifest.digest();
        Manifest m = Manifest.parse(manifest.content(), what, limits);
        Staged manifestPart = staging.stage(manifest.content(), what);
        Staged config = fetch(m.config(), "config");
        List<Staged> layers = layers(m.layers(), atOnce);
        return new Fetched(Incoming.of(plain, manifestPart, config, layers, staging, names), top.digest());
    }

    /** The tag, and the digest by which the registry will give the same again. */
    private List<Reference> names(String top) {
        Reference byDigest = new Reference(reference.domain(), reference.path(), null, top);
        return reference.digest() != null ? List.of(byDigest) : List.of(reference, byDigest);
    }

    private void requireKnown(RegistryManifest m) {
        if (!MediaTypes.isIndex(m.mediaType()) && !MediaTypes.isManifest(m.mediaType())) {
            throw EngineException.invalid(reference.familiar() + " is of the media type \"" + m.mediaType()
                    + "\"; image manifests and indexes of OCI and of Docker's version 2, schema 2, are supported");
        }
    }

    private RegistryManifest manifest(Descriptor d, Map<String, RegistryManifest> read) {
        RegistryManifest before = read.get(d.digest());
        if (before != null) {
            return before;
        }
        RegistryManifest m = repository.manifest(d.digest(), staging.limits().maxJsonBytes());
        if (m.size() != d.size()) {
            throw EngineException.invalid(
                    "manifest " + d.digest() + " has " + m.size() + " bytes, its descriptor says " + d.size());
        }
        requireKnown(m);
        read.put(d.digest(), m);
        return m;
    }

    private List<Staged> layers(List<Descriptor> descriptors, int atOnce) throws IOException {
        Map<String, Callable<Staged>> tasks = new LinkedHashMap<>();
        for (Descriptor d : descriptors) {
            tasks.putIfAbsent(d.digest(), () -> layer(d));
        }
        tasks.keySet().forEach(d -> transfers.say(Digests.brief(d), "Pulling fs layer"));
        List<Staged> staged = transfers.all(new ArrayList<>(tasks.values()), atOnce);
        Map<String, Staged> byDigest = new LinkedHashMap<>();
        staged.forEach(s -> byDigest.put(s.digest(), s));
        List<Staged> all = new ArrayList<>();
        for (Descriptor d : descriptors) {
            Staged s = byDigest.get(d.digest());
            if (s == null || s.size() != d.size()) {
                throw EngineException.invalid("layer " + d.digest() + " has two sizes in one manifest");
            }
            all.add(s);
        }
        return all;
    }

    private Staged layer(Descriptor d) throws IOException {
        String label = Digests.brief(d.digest());
        KnownBlobs.Known known = pins.pin(d.digest());
        if (known != null) {
            transfers.say(label, "Already exists");
            return new Staged(
                    null, d.digest(), known.size(), known.compression(), known.diffId(), known.uncompressed(), null);
        }
        Staged s = fetch(d, label);
        s.requireLayer(d.digest());
        transfers.say(label, "Pull complete");
        return s;
    }

    private Staged fetch(Descriptor d, String label) throws IOException {
        Staged s;
        try (InputStream in = repository.blob(d.digest(), d.size())) {
            s = staging.stage(in, label, d.size());
        }
        if (!s.digest().equals(d.digest())) {
            throw EngineException.invalid(reference.familiarName() + ": what the registry sent for the blob "
                    + d.digest() + " has the digest " + s.digest());
        }
        return s;
    }
}

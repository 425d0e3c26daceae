package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads an OCI image layout (image-layout.md). Each name in {@code index.json} is an image; where it leads to manifests for
 * several platforms the host's is taken.
 */
final class OciLayout {
    static final String INDEX = "index.json";
    static final String MARKER = "oci-layout";

    private final ArchiveContent content;
    private final Staging staging;
    private final Limits limits;
    private final Indexes indexes;
    private final @Nullable Json dockerManifest;

    OciLayout(ArchiveContent content, Staging staging, Platform host) throws IOException {
        this.content = content;
        this.staging = staging;
        this.limits = staging.limits();
        indexes = new Indexes(limits, host, content.what());
        Staged beside = content.file(DockerArchive.MANIFEST);
        dockerManifest = beside == null
                ? null
                : Json.parse(staging.read(beside, DockerArchive.MANIFEST), DockerArchive.MANIFEST, limits);
    }

    List<Incoming> read(Staged index, Staged marker) throws IOException {
        String version =
                Json.parse(staging.read(marker, MARKER), MARKER, limits).require("imageLayoutVersion");
        if (!version.equals("1.0.0")) {
            throw EngineException.invalid(
                    content.what() + " is an OCI image layout of version " + version + "; 1.0.0 is supported");
        }
        Map<String, List<Descriptor>> byName = new LinkedHashMap<>();
        Set<String> ignored = new TreeSet<>();
        for (Json j : Json.parse(staging.read(index, INDEX), INDEX, limits).objects("manifests")) {
            Descriptor d = Descriptor.of(j);
            if (Indexes.isImage(d)) {
                byName.computeIfAbsent(key(d), k -> new ArrayList<>()).add(d);
            } else {
                ignored.add(d.mediaType());
            }
        }
        if (byName.isEmpty()) {
            throw EngineException.invalid(content.what() + " has no image"
                    + (ignored.isEmpty() ? ": " + INDEX + " is empty" : "; it has only " + ignored));
        }
        Map<String, Incoming> byId = new LinkedHashMap<>();
        for (List<Descriptor> group : byName.values()) {
            for (Descriptor d : choose(group)) {
                Incoming image = image(d, name(group.get(0)));
                byId.merge(image.image().id(), image, OciLayout::join);
            }
        }
        return List.copyOf(byId.values());
    }

    private static Incoming join(Incoming a, Incoming b) {
        Set<Reference> names = new LinkedHashSet<>(a.names());
        names.addAll(b.names());
        return new Incoming(a.image(), a.parts(), List.copyOf(names));
    }

    private static String key(Descriptor d) {
        return d.annotations().getOrDefault("io.containerd.image.name", "")
                + " "
                + d.annotations().getOrDefault("org.opencontainers.image.ref.name", "");
    }

    /** The name that the annotations give; a bare tag without a repository is none. */
    private static List<Reference> name(Descriptor d) {
        String full = d.annotations().get("io.containerd.image.name");
        String ref = d.annotations().get("org.opencontainers.image.ref.name");
        String text = full != null ? full : ref != null && (ref.contains("/") || ref.contains(":")) ? ref : null;
        if (text == null) {
            return List.of();
        }
        Reference parsed = Reference.parse(text);
        return parsed.digest() == null ? List.of(parsed.tagged()) : List.of();
    }

    /** Of manifests with the same name, those for this host; if no platform is said they are different images. */
    private List<Descriptor> choose(List<Descriptor> group) {
        if (group.size() == 1 || group.stream().anyMatch(d -> d.platform() == null)) {
            return group;
        }
        return List.of(indexes.choose(group));
    }

    private Incoming image(Descriptor top, List<Reference> names) throws IOException {
        Descriptor d = indexes.resolve(top, i -> staging.read(blob(i), "index " + i.digest()));
        Staged manifest = blob(d);
        String what = "manifest " + d.digest();
        Manifest m = Manifest.parse(staging.read(manifest, what), what, limits);
        Staged config = blob(m.config());
        List<Staged> layers = new ArrayList<>();
        for (Descriptor l : m.layers()) {
            layers.add(blob(l));
        }
        Set<Reference> all = new LinkedHashSet<>(names);
        if (dockerManifest != null) {
            all.addAll(DockerArchive.tagsOf(config.digest(), dockerManifest));
        }
        Descriptor plain = new Descriptor(d.mediaType(), d.digest(), d.size());
        return Incoming.of(plain, manifest, config, layers, staging, List.copyOf(all));
    }

    private Staged blob(Descriptor d) throws IOException {
        Staged found = content.blob(d.digest());
        if (found == null) {
            throw EngineException.invalid(
                    content.what() + " is incomplete: the blob " + d.digest() + " (" + d.mediaType() + ") is missing");
        }
        if (!found.digest().equals(d.digest())) {
            throw EngineException.invalid(content.what() + ": the blob " + d.digest() + " has the digest "
                    + found.digest() + ", it is damaged");
        }
        if (found.size() != d.size()) {
            throw EngineException.invalid(content.what() + ": the blob " + d.digest() + " has " + found.size()
                    + " bytes, its descriptor says " + d.size());
        }
        return found;
    }
}

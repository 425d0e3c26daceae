package dev.felucca.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state on disk. {@code references.json} is the truth and its replacement the moment at which a change counts;
 * {@code index.json} says the same in OCI's terms for other tools and is written after it.
 */
final class StateFile {
    private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);
    private static final int FORMAT = 1;
    private static final String CONTAINERD_NAME = "io.containerd.image.name";
    private static final String REF_NAME = "org.opencontainers.image.ref.name";

    /**
     * An image in the file: the manifest, and the uncompressed sizes of its layers, which nothing else says.
     */
    record Entry(Descriptor manifest, List<Long> sizes) {}

    private final Layout layout;
    private final Limits limits;

    StateFile(Layout layout, Limits limits) {
        this.layout = layout;
        this.limits = limits;
    }

    State read() {
        byte[] content;
        try {
            content = Files.readAllBytes(layout.references());
        } catch (NoSuchFileException e) {
            return State.EMPTY;
        } catch (IOException e) {
            throw Layout.failed("read", layout.references(), e);
        }
        // Our own file may be larger than what is taken from outside.
        Limits own = new Limits(
                limits.maxLayerBytes(),
                limits.maxCompressionRatio(),
                limits.maxEntries(),
                Integer.MAX_VALUE,
                limits.maxJsonDepth(),
                limits.maxIndexDepth(),
                limits.maxLayers(),
                limits.concurrentDownloads(),
                limits.concurrentUploads());
        Json json = Json.parse(content, layout.references().toString(), own);
        Long format = json.optionalNumber("formatVersion");
        if (format == null || format != FORMAT) {
            throw EngineException.invalid(json.what() + " has the format " + format + ", this engine reads " + FORMAT);
        }
        State state = new State(json.flag("populated"), Map.of(), Map.of(), Map.of());
        Map<String, Entry> damaged = new HashMap<>();
        Json images = json.object("images");
        for (String id : images.keys()) {
            Entry entry = entry(images.object(id));
            try {
                state = state.withImage(load(id, entry));
            } catch (EngineException e) {
                LOG.error("image {} is left out, load it again: {}", id, e.message());
                damaged.put(id, entry);
            }
        }
        Map<String, State.Named> references = new HashMap<>();
        json.map("references").forEach((text, id) -> references.put(text, new State.Named(Reference.parse(text), id)));
        return new State(state.populated() || json.flag("populated"), state.images(), references, damaged);
    }

    private static Entry entry(Json image) {
        List<Long> sizes = new ArrayList<>();
        image.texts("uncompressed").forEach(s -> sizes.add(TarFields.decimal(s, image.what())));
        return new Entry(Descriptor.of(image.object("manifest")), sizes);
    }

    private StoredImage load(String id, Entry entry) {
        Descriptor manifest = entry.manifest();
        Manifest m = Manifest.parse(blob(manifest.digest()), "manifest " + manifest.digest(), limits);
        ConfigFile config = ConfigFile.parse(blob(id), "image " + id, limits);
        List<StoredImage.Blob> layers = new ArrayList<>();
        if (m.layers().size() != config.diffIds().size()
                || entry.sizes().size() != config.diffIds().size()) {
            throw EngineException.invalid("image " + id + ": manifest and configuration differ in their layers");
        }
        for (int i = 0; i < m.layers().size(); i++) {
            Descriptor d = m.layers().get(i);
            layers.add(new StoredImage.Blob(
                    d.digest(),
                    d.size(),
                    compression(d),
                    config.diffIds().get(i),
                    entry.sizes().get(i)));
        }
        return new StoredImage(id, manifest, config, layers);
    }

    private Compression compression(Descriptor d) {
        try (var in = Files.newInputStream(layout.blob(d.digest()))) {
            if (Files.size(layout.blob(d.digest())) != d.size()) {
                throw EngineException.invalid("the blob " + d.digest() + " has not " + d.size() + " bytes");
            }
            byte[] head = new byte[Compression.MAGIC];
            return Compression.detect(head, in.readNBytes(head, 0, head.length), d.digest());
        } catch (IOException e) {
            throw Layout.failed("read", layout.blob(d.digest()), e);
        }
    }

    private byte[] blob(String digest) {
        byte[] content;
        try {
            content = Files.readAllBytes(layout.blob(Digests.require(digest, "a blob")));
        } catch (IOException e) {
            throw Layout.failed("read", layout.blob(digest), e);
        }
        if (!Digests.of(content).equals(digest)) {
            throw EngineException.invalid("the blob " + digest + " is damaged");
        }
        return content;
    }

    void write(State state) {
        ObjectNode root = Json.newObject();
        root.put("formatVersion", FORMAT).put("populated", state.populated());
        ObjectNode images = root.putObject("images");
        Map<String, Entry> entries = new TreeMap<>(state.damaged());
        state.images()
                .forEach((id, i) -> entries.put(
                        id,
                        new Entry(
                                i.manifest(),
                                i.layers().stream()
                                        .map(StoredImage.Blob::uncompressed)
                                        .toList())));
        entries.forEach((id, e) -> {
            ObjectNode image = images.putObject(id);
            image.set("manifest", e.manifest().toJson());
            ArrayNode sizes = image.putArray("uncompressed");
            e.sizes().forEach(s -> sizes.add(Long.toString(s)));
        });
        ObjectNode references = root.putObject("references");
        new TreeMap<>(state.references()).forEach((text, named) -> references.put(text, named.id()));
        layout.replace(layout.references(), Json.write(root), true);
    }

    /** Writes the OCI index; what is wrong with it is logged, as the state itself is safe by then. */
    void writeIndex(State state) {
        try {
            layout.replace(layout.index(), index(state, state.images().keySet(), r -> true), false);
        } catch (EngineException e) {
            LOG.warn("index.json of the image store is not up to date: {}", e.message());
        }
    }

    /** An OCI index of those images: a descriptor a tag, and one without a name for an image that has none. */
    static byte[] index(State state, Set<String> ids, java.util.function.Predicate<Reference> wanted) {
        ObjectNode root = Json.newObject();
        root.put("schemaVersion", 2).put("mediaType", MediaTypes.INDEX);
        ArrayNode manifests = root.putArray("manifests");
        for (String id : ids.stream().sorted().toList()) {
            StoredImage image = state.images().get(id);
            if (image == null) {
                continue;
            }
            List<Reference> names = state.referencesOf(id).stream()
                    .filter(r -> r.digest() == null)
                    .filter(wanted)
                    .toList();
            for (Reference r : names) {
                ObjectNode d = manifests.addObject();
                d.setAll(image.manifest().toJson());
                String tag = r.tag();
                d.putObject("annotations")
                        .put(CONTAINERD_NAME, r.toString())
                        .put(REF_NAME, tag == null ? Reference.DEFAULT_TAG : tag);
            }
            if (names.isEmpty()) {
                manifests.add(image.manifest().toJson());
            }
        }
        return Json.write(root);
    }
}

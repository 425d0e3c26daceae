package dev.felucca.image;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.event.EngineEvent;
import dev.felucca.api.event.Events;
import dev.felucca.api.image.CommitOptions;
import dev.felucca.api.image.HistoryEntry;
import dev.felucca.api.image.Image;
import dev.felucca.api.image.Images;
import dev.felucca.api.image.ImportOptions;
import dev.felucca.api.image.Layer;
import dev.felucca.api.image.Progress;
import dev.felucca.api.image.RemoteImages;
import dev.felucca.api.registry.Registries;
import dev.felucca.api.registry.RegistryAuth;
import dev.felucca.api.storage.LayerSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The image store over {@code <data root>/images}. Queries read an immutable snapshot; {@link Catalog} makes the changes. */
@Component(
        configurationPid = Limits.PID,
        service = {Images.class, RemoteImages.class})
@Designate(ocd = ImageOptions.class)
public final class ImageStore implements Images, RemoteImages {
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);

    private final Layout layout;
    private final Catalog catalog;
    private volatile Limits limits;

    /** Core tells events; without it there is nobody to hear them. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile @Nullable Events events;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile @Nullable Registries registries;

    void setRegistries(Registries client) {
        registries = client;
    }

    @Activate
    public ImageStore(@Reference EngineRoots roots, ImageOptions options) {
        this(roots.dataRoot(), Limits.of(options), EmbeddedBusybox.HOST);
    }

    /**
     * @param busybox the host's busybox, for the first image of a new store
     */
    ImageStore(Path dataRoot, Limits limits, Path busybox) {
        this.limits = limits;
        layout = new Layout(dataRoot.resolve("images"));
        layout.prepare();
        catalog = new Catalog(layout, limits);
        if (!catalog.state().populated()) {
            makeBusybox(busybox);
        }
    }

    private void makeBusybox(Path busybox) {
        try (Staging staging = new Staging(layout, limits, Progress.NONE)) {
            EmbeddedBusybox.make(busybox, staging).ifPresent(image -> {
                catalog.add(List.of(image), staging);
                LOG.info("made the image busybox from {}", busybox);
            });
        } catch (IOException | EngineException e) {
            // The engine serves without it.
            LOG.error("cannot make the image busybox from {}: {}", busybox, e.toString());
        }
    }

    @Modified
    void modified(ImageOptions options) {
        limits = Limits.of(options);
    }

    @Override
    public List<Image> list() {
        State s = catalog.state();
        return s.images().values().stream()
                .sorted(Comparator.comparing(StoredImage::createdOrEpoch)
                        .reversed()
                        .thenComparing(StoredImage::id))
                .map(i -> i.toImage(s.referencesOf(i.id())))
                .toList();
    }

    @Override
    public Image get(String reference) {
        State s = catalog.state();
        StoredImage i = Lookup.find(s, reference).image();
        return i.toImage(s.referencesOf(i.id()));
    }

    @Override
    public List<HistoryEntry> history(String reference) {
        State s = catalog.state();
        StoredImage i = Lookup.find(s, reference).image();
        return History.of(i, i.toImage(s.referencesOf(i.id())).tags());
    }

    @Override
    public Image hold(String reference, String holder) {
        StoredImage i = catalog.hold(reference, holder);
        return i.toImage(catalog.state().referencesOf(i.id()));
    }

    @Override
    public void release(String holder) {
        catalog.release(holder);
    }

    @Override
    public LayerSource layer(String imageId, Layer layer) {
        StoredImage image = catalog.state().images().get(imageId);
        if (image == null) {
            throw EngineException.notFound("No such image: " + imageId);
        }
        for (StoredImage.Blob b : image.layers()) {
            if (b.diffId().equals(layer.diffId())) {
                return () -> VerifiedLayer.open(layout.blob(b.digest()), b.compression(), b.diffId());
            }
        }
        throw EngineException.notFound("image " + imageId + " has no layer " + layer.diffId());
    }

    @Override
    public List<String> load(InputStream archive, Progress progress) throws IOException {
        try (Catalog.Pins pins = catalog.pins();
                Staging staging = new Staging(layout, limits, progress)) {
            TarContent content = new TarContent(archive, staging, pins);
            if (content.isEmpty()) {
                throw EngineException.invalid("the archive is empty");
            }
            return loaded(Archives.read(content, staging, Platform.host()), staging);
        } catch (Guarded.SourceFailed e) {
            throw e;
        } catch (IOException e) {
            throw damaged("the archive", e);
        }
    }

    @Override
    public List<String> load(Path path, Progress progress) throws IOException {
        if (!Files.exists(path)) {
            throw EngineException.invalid("open " + path + ": no such file or directory");
        }
        if (!Files.isDirectory(path)) {
            try (InputStream in = Files.newInputStream(path)) {
                return load(in, progress);
            }
        }
        try (Catalog.Pins pins = catalog.pins();
                Staging staging = new Staging(layout, limits, progress)) {
            return loaded(Archives.read(new DirectoryContent(path, staging, pins), staging, Platform.host()), staging);
        }
    }

    private static EngineException damaged(String what, IOException e) {
        String message = String.valueOf(e.getMessage());
        return new EngineException(
                EngineException.Kind.INVALID,
                message.startsWith(what) ? message : what + " is truncated or damaged: " + message,
                e);
    }

    private List<String> loaded(List<Incoming> images, Staging staging) {
        List<String> lines = new ArrayList<>(catalog.add(images, staging));
        for (Incoming i : images) {
            String id = i.image().id();
            if (i.names().isEmpty()) {
                lines.add("Loaded image ID: " + id);
            }
            i.names().forEach(r -> lines.add("Loaded image: " + r.familiar()));
            publish("load", id, i.names().isEmpty() ? id : i.names().get(0).familiar());
        }
        return lines;
    }

    @Override
    public Image importRootfs(InputStream tar, ImportOptions options, Progress progress) throws IOException {
        try (Staging staging = new Staging(layout, limits, progress)) {
            Incoming image = Importer.read(tar, options, staging);
            catalog.add(List.of(image), staging);
            publish("import", image.image().id(), options.reference() == null ? "" : options.reference());
            return get(image.image().id());
        }
    }

    @Override
    public Image commit(String base, LayerWriter layer, CommitOptions options) throws IOException {
        StoredImage below = catalog.state().images().get(base);
        if (below == null) {
            throw EngineException.notFound("No such image: " + base);
        }
        try (Staging staging = new Staging(layout, limits, Progress.NONE)) {
            Incoming image = Committer.make(below, layer, options, layout, staging);
            catalog.add(List.of(image), staging);
            return get(image.image().id());
        }
    }

    @Override
    public void save(List<String> references, OutputStream out) throws IOException {
        try (Catalog.Pins pins = catalog.pins()) {
            Saver saver = new Saver(pins.pinAll(state -> Saver.select(state, references)), layout);
            saver.write(out);
        }
    }

    private Remotes remotes() {
        Registries client = registries;
        if (client == null) {
            throw EngineException.unavailable(
                    "no client of registries is there now: the bundle dev.felucca.registry is not installed or not started");
        }
        return new Remotes(client, layout, catalog, limits);
    }

    @Override
    public Pulled pull(String reference, @Nullable String platform, @Nullable RegistryAuth auth, Progress progress)
            throws IOException {
        Pulled pulled = remotes().pull(reference, platform, auth, progress);
        publish("pull", pulled.reference(), pulled.reference());
        return pulled;
    }

    @Override
    public List<String> remoteTags(String repository, @Nullable RegistryAuth auth) {
        return remotes().tags(repository, auth);
    }

    @Override
    public List<String> localTags(String repository) {
        dev.felucca.image.Reference r = Remotes.nameOnly(repository);
        List<String> all = catalog.state().references().values().stream()
                .map(State.Named::reference)
                .filter(n -> n.digest() == null && n.name().equals(r.name()))
                .map(dev.felucca.image.Reference::familiar)
                .sorted()
                .toList();
        if (all.isEmpty()) {
            throw EngineException.notFound("An image does not exist locally with the tag: " + r.familiarName());
        }
        return all;
    }

    @Override
    public Pushed push(String reference, @Nullable RegistryAuth auth, Progress progress) throws IOException {
        Pushed pushed = remotes().push(reference, auth, progress);
        publish("push", reference, reference);
        return pushed;
    }

    @Override
    public Remote remote(String reference, @Nullable RegistryAuth auth) throws IOException {
        return remotes().remote(reference, auth);
    }

    @Override
    public void tag(String reference, String target) {
        dev.felucca.image.Reference named = dev.felucca.image.Reference.parse(target);
        if (named.digest() != null) {
            throw EngineException.invalid("refusing to create a tag with a digest reference");
        }
        if (named.familiarName().equals("sha256")) {
            throw EngineException.invalid("refusing to create an ambiguous tag using digest algorithm as name");
        }
        String id = catalog.tag(reference, named.tagged());
        publish("tag", id, named.tagged().familiar());
    }

    @Override
    public List<String> remove(String reference, boolean force) {
        Catalog.Removed removed = catalog.remove(reference, force);
        tell(removed.lines());
        return removed.lines();
    }

    @Override
    public PruneResult prune(boolean all) {
        Catalog.Removed removed = catalog.prune(all);
        tell(removed.lines());
        return new PruneResult(removed.lines(), removed.bytes());
    }

    private void tell(List<String> lines) {
        for (String line : lines) {
            int colon = line.indexOf(": ");
            String what = line.substring(colon + 2);
            publish(line.startsWith("Untagged") ? "untag" : "delete", what, what);
        }
    }

    private void publish(String action, String id, String name) {
        Events to = events;
        if (to != null) {
            to.publish(new EngineEvent("image", action, id, Map.of("name", name), Instant.now()));
        }
    }

    @Override
    public AutoCloseable onRemoved(Runnable listener) {
        return catalog.onRemoved(listener);
    }

    @Override
    public String familiar(@Nullable String reference) {
        if (reference == null) {
            return "";
        }
        try {
            return dev.felucca.image.Reference.parse(reference).tagged().familiar();
        } catch (EngineException e) {
            // An id, or what a damaged record says: shown as it is, as the contract says.
            return reference;
        }
    }
}

package dev.felucca.image;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.Progress;
import dev.felucca.api.image.RemoteImages.Pulled;
import dev.felucca.api.image.RemoteImages.Pushed;
import dev.felucca.api.image.RemoteImages.Remote;
import dev.felucca.api.registry.Registries;
import dev.felucca.api.registry.RegistryAuth;
import dev.felucca.api.registry.RegistryManifest;
import dev.felucca.api.registry.RegistryRepository;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images between a store and registries. */
final class Remotes {
    private final Registries registries;
    private final Layout layout;
    private final Catalog catalog;
    private final Limits limits;

    Remotes(Registries registries, Layout layout, Catalog catalog, Limits limits) {
        this.registries = registries;
        this.layout = layout;
        this.catalog = catalog;
        this.limits = limits;
    }

    private RegistryRepository repository(Reference r, Registries.Access access, @Nullable RegistryAuth auth) {
        return registries.repository(r.domain(), r.path(), access, auth);
    }

    Pulled pull(String text, @Nullable String platform, @Nullable RegistryAuth auth, Progress progress)
            throws IOException {
        Reference r = Reference.parse(text).canonical();
        Platform wanted = platform == null ? Platform.host() : Platform.parse(platform);
        Transfers transfers = new Transfers(progress, "Downloading");
        try (Catalog.Pins pins = catalog.pins();
                Staging staging = new Staging(layout, limits, transfers)) {
            Pull.Fetched f = new Pull(repository(r, Registries.Access.PULL, auth), r, staging, pins, transfers)
                    .run(wanted, limits.concurrentDownloads());
            String architecture = f.image().image().config().architecture();
            // without a wish a single manifest is taken as it is, as by a load
            if (platform != null && !architecture.equals(wanted.architecture())) {
                throw EngineException.invalid(
                        r.familiar() + " is an image for linux/" + architecture + ", not for " + platform);
            }
            State.Named before = catalog.state().references().get(r.toString());
            String id = f.image().image().id();
            catalog.add(List.of(f.image()), staging);
            return new Pulled(
                    r.familiar(), f.top(), id, before == null || !before.id().equals(id));
        }
    }

    static Reference nameOnly(String text) {
        Reference r = Reference.parse(text);
        if (!r.nameOnly()) {
            throw EngineException.invalid("tag can't be used with --all-tags/-a");
        }
        return r;
    }

    List<String> tags(String text, @Nullable RegistryAuth auth) {
        Reference r = nameOnly(text);
        return repository(r, Registries.Access.PULL, auth).tags();
    }

    Pushed push(String text, @Nullable RegistryAuth auth, Progress progress) throws IOException {
        Reference r = Reference.parse(text).tagged();
        if (r.digest() != null || r.tag() == null) {
            throw EngineException.invalid("cannot push a digest reference");
        }
        Transfers transfers = new Transfers(progress, "Pushing");
        try (Catalog.Pins pins = catalog.pins();
                Staging staging = new Staging(layout, limits, transfers)) {
            Saver.Selection chosen = pins.pinAll(state -> {
                State.Named named = state.references().get(r.toString());
                StoredImage image = named == null ? null : state.images().get(named.id());
                if (image == null) {
                    throw EngineException.notFound("An image does not exist locally with the tag: " + r.familiarName()
                            + "; tag " + r.familiar() + " names none");
                }
                return new Saver.Selection(state, List.of(image), java.util.Set.of(r));
            });
            StoredImage image = chosen.images().get(0);
            Push.Done done = new Push(
                            repository(r, Registries.Access.PUSH, auth), r, chosen.state(), layout, staging, transfers)
                    .run(image, limits.concurrentUploads());
            if (done.digest().equals(image.manifest().digest())) {
                catalog.name(image.id(), new Reference(r.domain(), r.path(), null, done.digest()));
            }
            return new Pushed(String.valueOf(r.tag()), done.digest(), done.size());
        }
    }

    Remote remote(String text, @Nullable RegistryAuth auth) throws IOException {
        Reference r = Reference.parse(text).canonical();
        RegistryRepository repository = repository(r, Registries.Access.PULL, auth);
        String digest = r.digest();
        RegistryManifest m =
                repository.manifest(digest != null ? digest : String.valueOf(r.tag()), limits.maxJsonBytes());
        return new Remote(m.mediaType(), m.digest(), m.size(), platforms(repository, r, m));
    }

    private List<String> platforms(RegistryRepository repository, Reference r, RegistryManifest m) throws IOException {
        if (MediaTypes.isIndex(m.mediaType())) {
            return Indexes.images(m.content(), "index " + m.digest(), limits).stream()
                    .map(d -> String.valueOf(d.platform()))
                    .distinct()
                    .toList();
        }
        Descriptor config = Manifest.parse(m.content(), "manifest of " + r.familiar(), limits)
                .config();
        if (config.size() > limits.maxJsonBytes()) {
            throw Limits.exceeded("the configuration of " + r.familiar(), "maxJsonBytes", limits.maxJsonBytes());
        }
        byte[] content;
        try (InputStream in = repository.blob(config.digest(), config.size())) {
            content = in.readAllBytes();
        }
        if (!Digests.of(content).equals(config.digest())) {
            throw EngineException.invalid(
                    "the configuration of " + r.familiar() + " has not the digest " + config.digest());
        }
        return List.of(Platform.of(Json.parse(content, "configuration of " + r.familiar(), limits))
                .toString());
    }
}

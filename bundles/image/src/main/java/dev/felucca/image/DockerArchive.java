package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code docker save} writes: {@code manifest.json} names configuration and layers of each image by path. */
final class DockerArchive {
    static final String MANIFEST = "manifest.json";
    private static final Pattern NAMED_BY_DIGEST = Pattern.compile("(?:.*/)?(?:sha256:)?([0-9a-f]{64})(?:\\.json)?");

    private DockerArchive() {}

    static List<Incoming> read(ArchiveContent content, Staged manifest, Staging staging) throws IOException {
        Json json = Json.parse(staging.read(manifest, MANIFEST), MANIFEST, staging.limits());
        List<Incoming> all = new ArrayList<>();
        for (Json image : json.objects("")) {
            all.add(image(image, content, staging));
        }
        if (all.isEmpty()) {
            throw EngineException.invalid(content.what() + " has no image: " + MANIFEST + " is empty");
        }
        return all;
    }

    private static Incoming image(Json image, ArchiveContent content, Staging staging) throws IOException {
        String path = image.require("Config");
        Staged config = require(content, path, image.what());
        Matcher m = NAMED_BY_DIGEST.matcher(path);
        if (m.matches() && !config.digest().equals(Digests.PREFIX + m.group(1))) {
            throw EngineException.invalid(content.what() + ": the content of " + path + " has the digest "
                    + config.digest() + ", it is damaged");
        }
        List<Staged> layers = new ArrayList<>();
        for (String layer : image.texts("Layers")) {
            Staged found = require(content, layer, image.what());
            found.requireLayer(layer);
            layers.add(found);
        }
        return Incoming.of(config, layers, staging, tags(image));
    }

    private static Staged require(ArchiveContent content, String path, String what) throws IOException {
        Staged found = content.file(path);
        if (found == null) {
            throw EngineException.invalid(
                    content.what() + " is incomplete: " + what + " names " + path + ", which is missing");
        }
        return found;
    }

    private static List<Reference> tags(Json image) {
        return image.texts("RepoTags").stream()
                .map(Reference::parse)
                .filter(r -> r.digest() == null)
                .map(Reference::tagged)
                .toList();
    }

    /** The tags that a manifest.json beside an OCI index gives to a configuration. */
    static List<Reference> tagsOf(String configDigest, Json manifest) {
        List<Reference> all = new ArrayList<>();
        for (Json image : manifest.objects("")) {
            Matcher m = NAMED_BY_DIGEST.matcher(image.text("Config"));
            if (m.matches() && configDigest.equals(Digests.PREFIX + m.group(1))) {
                all.addAll(tags(image));
            }
        }
        return all;
    }
}

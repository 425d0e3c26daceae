package dev.felucca.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.image.ImageConfig;
import dev.felucca.api.image.ImportOptions;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes an image of one layer from a root filesystem. */
final class Importer {
    private Importer() {}

    static Incoming read(InputStream tar, ImportOptions options, Staging staging) throws IOException {
        List<Reference> names = names(options.reference());
        // Before anything is read: a wrong instruction should not cost the whole transfer.
        ImageConfig config = Changes.apply(options.changes());
        Staged layer = staging.stage(tar, "rootfs", -1);
        if (layer.size() == 0) {
            throw EngineException.invalid("the root filesystem archive is empty");
        }
        String comment = options.message().isEmpty() ? "Imported from -" : options.message();
        Instant created = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return image(layer, config, comment, created, names, staging);
    }

    /** The tag that an image is to get; none for null and empty. */
    static List<Reference> names(@Nullable String target) {
        if (target == null || target.isEmpty()) {
            return List.of();
        }
        Reference r = Reference.parse(target);
        if (r.digest() != null) {
            throw EngineException.invalid("cannot import digest reference");
        }
        return List.of(r.tagged());
    }

    /** An image of that layer alone; the same input gives the same id. */
    static Incoming image(
            Staged layer, ImageConfig config, String comment, Instant created, List<Reference> names, Staging staging)
            throws IOException {
        Platform host = Platform.host();
        ObjectNode n = Json.newObject();
        n.put("architecture", host.architecture()).put("comment", comment);
        n.set("config", Changes.toJson(config));
        n.put("created", created.toString());
        ArrayNode history = n.putArray("history");
        history.addObject().put("created", created.toString()).put("comment", comment);
        n.put("os", host.os());
        if (!host.variant().isEmpty()) {
            n.put("variant", host.variant());
        }
        ObjectNode rootfs = n.putObject("rootfs").put("type", "layers");
        rootfs.putArray("diff_ids").add(layer.requireLayer("root filesystem"));
        return Incoming.of(staging.stage(Json.write(n), "config"), List.of(layer), staging, names);
    }
}

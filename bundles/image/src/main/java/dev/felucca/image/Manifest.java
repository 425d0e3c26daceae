package dev.felucca.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import java.util.List;

/** An image manifest: OCI's, or Docker's version 2, schema 2, which has the same shape. */
record Manifest(Descriptor config, List<Descriptor> layers) {

    static Manifest parse(byte[] content, String what, Limits limits) {
        Json json = Json.parse(content, what, limits);
        Long version = json.optionalNumber("schemaVersion");
        if (version == null || version != 2) {
            throw EngineException.invalid(what + ": schemaVersion is " + version + ", only 2 is supported");
        }
        String type = json.text("mediaType");
        if (!type.isEmpty() && !MediaTypes.isManifest(type)) {
            throw EngineException.invalid(what + ": media type " + type + " is no image manifest");
        }
        if (!json.has("config")) {
            throw EngineException.invalid(what + ": config is missing");
        }
        Descriptor config = Descriptor.of(json.object("config"));
        if (!MediaTypes.isConfig(config.mediaType())) {
            throw EngineException.invalid(what + " is no container image: its config is of the type \""
                    + config.mediaType() + "\", not " + MediaTypes.CONFIG);
        }
        List<Descriptor> layers =
                json.objects("layers").stream().map(Descriptor::of).toList();
        if (layers.size() > limits.maxLayers()) {
            throw Limits.exceeded("the number of layers of " + what, "maxLayers", limits.maxLayers());
        }
        for (Descriptor d : layers) {
            if (!MediaTypes.isLayer(d.mediaType())) {
                throw EngineException.invalid(
                        what + ": layer " + d.digest() + " has the unknown media type \"" + d.mediaType() + "\"");
            }
        }
        return new Manifest(config, layers);
    }

    /** The manifest as OCI writes it; the same content gives the same bytes. */
    byte[] toBytes() {
        ObjectNode n = Json.newObject();
        n.put("schemaVersion", 2).put("mediaType", MediaTypes.MANIFEST);
        n.set("config", config.toJson());
        ArrayNode all = n.putArray("layers");
        layers.forEach(d -> all.add(d.toJson()));
        return Json.write(n);
    }
}

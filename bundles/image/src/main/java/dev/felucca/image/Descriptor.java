package dev.felucca.image;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A content descriptor (OCI image spec, descriptor.md). */
record Descriptor(
        String mediaType, String digest, long size, Map<String, String> annotations, @Nullable Platform platform) {

    Descriptor(String mediaType, String digest, long size) {
        this(mediaType, digest, size, Map.of(), null);
    }

    static Descriptor of(Json json) {
        Long size = json.optionalNumber("size");
        if (size == null || size < 0) {
            throw EngineException.invalid(json.what() + ": size is missing or negative");
        }
        return new Descriptor(
                json.text("mediaType"),
                Digests.require(json.require("digest"), json.what()),
                size,
                json.map("annotations"),
                json.has("platform") ? Platform.of(json.object("platform")) : null);
    }

    ObjectNode toJson() {
        ObjectNode n = Json.newObject();
        n.put("mediaType", mediaType).put("digest", digest).put("size", size);
        if (!annotations.isEmpty()) {
            ObjectNode a = n.putObject("annotations");
            annotations.forEach(a::put);
        }
        return n;
    }
}

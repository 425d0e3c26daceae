package dev.felucca.docker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.felucca.api.EngineException;
import dev.felucca.json.ApiVersion;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request whose route was found.
 *
 * @param path decoded, without the version
 * @param names what the route's pattern found in the path, in order
 * @param headers by name in lower case, the first value of each
 * @param body whole, for a route that takes it so; else empty
 * @param stream the body as it comes, for a route that takes it so; else empty. Reading it blocks
 */
public record Request(
        String method,
        String path,
        ApiVersion version,
        Query query,
        List<String> names,
        Map<String, String> headers,
        ByteBuffer body,
        InputStream stream) {

    /** The first name in the path. */
    public String name() {
        return names.get(0);
    }

    /** The object in the body; INVALID if it is none. An empty body is an empty object. */
    public JsonNode json() {
        return Json.object(body);
    }

    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** Whether the client wants the connection to itself in the way that is answered by 101. */
    boolean wantsUpgrade() {
        String upgrade = headers.get("upgrade");
        return upgrade != null && upgrade.equalsIgnoreCase("tcp");
    }

    /** A body of JSON must say that it is. */
    void requireJson() {
        String type = headers.getOrDefault("content-type", "");
        if (body.hasRemaining() && !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            throw EngineException.invalid("unsupported Content-Type header (" + type + "): must be 'application/json'");
        }
    }
}

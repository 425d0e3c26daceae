package dev.felucca.docker.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.registry.RegistryAuth;
import dev.felucca.docker.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How clients send a user of a registry. */
public final class AuthJson {
    private AuthJson() {}

    /** The header {@code X-Registry-Auth}: JSON in base64, of either alphabet; nobody without it. */
    public static RegistryAuth header(@Nullable String header) {
        if (header == null || header.isEmpty()) {
            return RegistryAuth.ANONYMOUS;
        }
        byte[] json;
        try {
            json = Base64.getUrlDecoder().decode(header.replace('+', '-').replace('/', '_'));
        } catch (IllegalArgumentException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID, "invalid X-Registry-Auth header: it is no base64", e);
        }
        return json.length == 0 ? RegistryAuth.ANONYMOUS : auth(Json.parse(json));
    }

    public static RegistryAuth auth(JsonNode n) {
        String username = n.path("username").asText("");
        String password = n.path("password").asText("");
        String pair = n.path("auth").asText("");
        if (username.isEmpty() && !pair.isEmpty()) {
            String decoded;
            try {
                decoded = new String(Base64.getDecoder().decode(pair), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new EngineException(EngineException.Kind.INVALID, "invalid registry auth: it is no base64", e);
            }
            int colon = Math.max(0, decoded.indexOf(':'));
            username = decoded.substring(0, colon);
            password = decoded.substring(Math.min(colon + 1, decoded.length()));
        }
        return new RegistryAuth(
                username,
                password,
                n.path("identitytoken").asText(""),
                n.path("registrytoken").asText(""));
    }
}

package dev.felucca.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.felucca.api.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A registry's refusals, in its words and docker's. */
final class Failures {
    private static final int MAX_BODY = 64 << 10;
    private static final int MAX_TEXT = 500;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Failures() {}

    /** Whether another attempt may help. */
    static boolean isPassing(int status) {
        return status == 408 || status == 429 || status >= 500;
    }

    /**
     * What a status that is no success means. Closes the response.
     *
     * @param what was asked for, with the repository's name
     */
    static EngineException of(HttpResponse<InputStream> response, String what) throws IOException {
        int status = response.statusCode();
        String said = said(response);
        String where = response.uri().getAuthority();
        return switch (status) {
            case 401, 403 ->
                new EngineException(
                        EngineException.Kind.FORBIDDEN,
                        "access to " + what + " denied by " + where + ": it does not exist or may require a login: "
                                + said);
            case 404 -> EngineException.notFound(what + " not found at " + where + ": " + said);
            case 429 -> EngineException.unavailable(where + " takes no more requests now: toomanyrequests: " + said);
            default -> EngineException.unavailable(where + " answered " + status + " for " + what + ": " + said);
        };
    }

    /** The error texts of the body (distribution spec, "Error codes"). */
    private static String said(HttpResponse<InputStream> response) throws IOException {
        byte[] body;
        try (InputStream in = response.body()) {
            body = in.readNBytes(MAX_BODY);
        }
        try {
            List<String> all = new ArrayList<>();
            for (JsonNode e : MAPPER.readTree(body).path("errors")) {
                String code = e.path("code")
                        .asText("")
                        .toLowerCase(java.util.Locale.ROOT)
                        .replace('_', ' ');
                String message = e.path("message").asText("");
                all.add(message.isEmpty() || message.equals(code) ? code : code + ": " + message);
            }
            if (!all.isEmpty()) {
                return cut(String.join("; ", all));
            }
        } catch (IOException e) {
            // No JSON: the text itself is what there is to show.
            return cut(new String(body, StandardCharsets.UTF_8).strip());
        }
        return body.length == 0
                ? "status " + response.statusCode()
                : cut(new String(body, StandardCharsets.UTF_8).strip());
    }

    private static String cut(String text) {
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "..." : text;
    }
}

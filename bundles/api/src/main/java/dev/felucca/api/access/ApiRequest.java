package dev.felucca.api.access;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of the Engine API as the engine has understood it, and will carry it out: nothing is in it that a handler reads otherwise.
 *
 * @param user of the client's process, as this host names it; null if it is not known
 * @param method such as {@code POST}
 * @param operation the path with {@code {}} for names, such as {@code /containers/{}/start}
 * @param names in the path, in order
 * @param parameters of the query, decoded
 * @param body the JSON object in the body as maps, lists, strings, numbers and truth values; empty if there is none, or if the body is an
 *     archive
 */
public record ApiRequest(
        @Nullable String user,
        String method,
        String operation,
        List<String> names,
        Map<String, List<String>> parameters,
        Map<String, Object> body) {
    public ApiRequest {
        names = List.copyOf(names);
        parameters = Map.copyOf(parameters);
    }
}

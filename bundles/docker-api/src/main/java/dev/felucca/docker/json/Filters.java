package dev.felucca.docker.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.felucca.api.EngineException;
import dev.felucca.docker.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameter {@code filters}: {@code {"status": {"running": true}}}, or the older {@code {"status": ["running"]}}. */
public final class Filters {
    private final Map<String, List<String>> values;

    private Filters(Map<String, List<String>> values) {
        this.values = values;
    }

    /** @throws EngineException INVALID, in docker's words, for another key than the known ones */
    public static Filters parse(@Nullable String text, Set<String> known) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (text == null || text.isEmpty()) {
            return new Filters(values);
        }
        JsonNode parsed = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        if (!parsed.isObject()) {
            throw EngineException.invalid("invalid filter: an object is expected");
        }
        parsed.properties().forEach(p -> {
            if (!known.contains(p.getKey())) {
                throw EngineException.invalid("invalid filter '" + p.getKey() + "'");
            }
            values.put(p.getKey(), list(p.getKey(), p.getValue()));
        });
        return new Filters(values);
    }

    private static List<String> list(String key, JsonNode value) {
        List<String> all = new ArrayList<>();
        if (value.isObject()) {
            value.properties().forEach(p -> {
                if (p.getValue().asBoolean()) {
                    all.add(p.getKey());
                }
            });
        } else if (value.isArray()) {
            value.forEach(item -> all.add(item.asText()));
        } else if (!value.isNull()) {
            throw EngineException.invalid("invalid filter '" + key + "': an object is expected");
        }
        return all;
    }

    public List<String> get(String key) {
        return values.getOrDefault(key, List.of());
    }

    public boolean has(String key) {
        return !get(key).isEmpty();
    }

    /** The one truth value of a key; null if it is not there. */
    public @Nullable Boolean truth(String key) {
        List<String> all = get(key);
        if (all.isEmpty()) {
            return null;
        }
        Boolean found = null;
        for (String one : all) {
            Boolean value =
                    switch (one.toLowerCase(java.util.Locale.ROOT)) {
                        case "1", "true", "t" -> Boolean.TRUE;
                        case "0", "false", "f" -> Boolean.FALSE;
                        default -> throw EngineException.invalid("invalid filter '" + key + "=[" + one + "]'");
                    };
            if (found != null && !found.equals(value)) {
                throw EngineException.invalid("invalid filter '" + key + "=" + all + "'");
            }
            found = value;
        }
        return found;
    }

    /** Whether labels have all that the key wants: {@code name}, or {@code name=value}. */
    public boolean labels(String key, Map<String, String> labels) {
        return get(key).stream().allMatch(wanted -> label(labels, wanted));
    }

    public static boolean label(Map<String, String> labels, String wanted) {
        int eq = wanted.indexOf('=');
        return eq < 0
                ? labels.containsKey(wanted)
                : wanted.substring(eq + 1).equals(labels.get(wanted.substring(0, eq)));
    }
}

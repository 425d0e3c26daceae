package dev.felucca.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The small forms that docker's JSON is made of. */
public final class ApiJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final DateTimeFormatter NINE_DIGITS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);
    /** What docker writes for a time that is not set. */
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private ApiJson() {}

    public static ObjectNode object() {
        return NODES.objectNode();
    }

    public static ArrayNode array() {
        return NODES.arrayNode();
    }

    public static ArrayNode array(Collection<String> items) {
        ArrayNode array = NODES.arrayNode();
        items.forEach(array::add);
        return array;
    }

    /** An array, or null where docker has null for nothing. */
    static JsonNode arrayOrNull(@Nullable Collection<String> items) {
        return items == null || items.isEmpty() ? NODES.nullNode() : array(items);
    }

    public static ObjectNode map(Map<String, String> map) {
        ObjectNode object = object();
        new TreeMap<>(map).forEach(object::put);
        return object;
    }

    public static JsonNode mapOrNull(Map<String, String> map) {
        return map.isEmpty() ? NODES.nullNode() : map(map);
    }

    /** A set as docker writes it: names with an empty object each; null for nothing. */
    static JsonNode set(Collection<String> names) {
        if (names.isEmpty()) {
            return NODES.nullNode();
        }
        ObjectNode object = object();
        new TreeSet<>(names).forEach(object::putObject);
        return object;
    }

    /** RFC 3339 with as many digits of a second as it takes. */
    public static String time(@Nullable Instant time) {
        if (time == null) {
            return NEVER;
        }
        String nine = NINE_DIGITS.format(time).replaceAll("0+Z$", "Z");
        return nine.endsWith(".Z") ? nine.substring(0, nine.length() - 2) + "Z" : nine;
    }

    /** RFC 3339 with nine digits of a second, for lines below each other. */
    public static String nineDigits(Instant time) {
        return NINE_DIGITS.format(time);
    }
}

package dev.felucca.image;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that came from outside: bounded, without duplicate keys, and with typed access that says INVALID with the
 * object's and the field's name.
 */
record Json(JsonNode node, String what) {
    private static final ObjectMapper WRITER = new ObjectMapper();

    /** Parses an array or object. */
    static Json parse(byte[] content, String what, Limits limits) {
        if (content.length > limits.maxJsonBytes()) {
            throw Limits.exceeded("the size of " + what, "maxJsonBytes", limits.maxJsonBytes());
        }
        ObjectMapper mapper = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(limits.maxJsonDepth())
                                .maxStringLength(Math.max(limits.maxJsonBytes(), 1))
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        try {
            JsonNode node = mapper.readTree(content);
            if (node == null || !node.isContainerNode()) {
                throw EngineException.invalid(what + " is no JSON object or array");
            }
            return new Json(node, what);
        } catch (JsonProcessingException e) {
            String at =
                    e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    what + " is malformed or nested deeper than maxJsonDepth=" + limits.maxJsonDepth() + " of "
                            + Limits.PID + ": " + e.getOriginalMessage() + at,
                    e);
        } catch (IOException e) {
            throw EngineException.internal("reading bytes in memory failed", e);
        }
    }

    static ObjectNode newObject() {
        return WRITER.createObjectNode();
    }

    static byte[] write(JsonNode node) {
        try {
            return WRITER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw EngineException.internal("cannot write JSON", e);
        }
    }

    private EngineException wrong(String field, String expected) {
        return EngineException.invalid(what + ": " + field + " is not " + expected);
    }

    private @Nullable JsonNode field(String name) {
        JsonNode n = node.get(name);
        return n == null || n.isNull() ? null : n;
    }

    boolean has(String name) {
        return field(name) != null;
    }

    /** The object in a field; an empty one if it is not there. */
    Json object(String name) {
        JsonNode n = field(name);
        if (n == null) {
            return new Json(newObject(), what + "." + name);
        }
        if (!n.isObject()) {
            throw wrong(name, "an object");
        }
        return new Json(n, what + "." + name);
    }

    /** The objects of an array field, or of the document itself if the name is empty; none if it is not there. */
    List<Json> objects(String name) {
        JsonNode n = name.isEmpty() ? node : field(name);
        if (n == null) {
            return List.of();
        }
        if (!n.isArray()) {
            throw wrong(name.isEmpty() ? "the document" : name, "an array");
        }
        List<Json> all = new ArrayList<>();
        for (JsonNode e : n) {
            if (!e.isObject()) {
                throw wrong(name + "[" + all.size() + "]", "an object");
            }
            all.add(new Json(e, what + "." + name + "[" + all.size() + "]"));
        }
        return all;
    }

    @Nullable
    String optional(String name) {
        JsonNode n = field(name);
        if (n == null) {
            return null;
        }
        if (!n.isTextual()) {
            throw wrong(name, "a string");
        }
        return n.textValue();
    }

    String text(String name) {
        String s = optional(name);
        return s == null ? "" : s;
    }

    String require(String name) {
        String s = text(name);
        if (s.isEmpty()) {
            throw EngineException.invalid(what + ": " + name + " is missing");
        }
        return s;
    }

    /** A list of strings; null if it is not there. */
    @Nullable
    List<String> optionalTexts(String name) {
        JsonNode n = field(name);
        if (n == null) {
            return null;
        }
        if (!n.isArray()) {
            throw wrong(name, "an array of strings");
        }
        List<String> all = new ArrayList<>();
        for (JsonNode e : n) {
            if (!e.isTextual()) {
                throw wrong(name + "[" + all.size() + "]", "a string");
            }
            all.add(e.textValue());
        }
        return all;
    }

    List<String> texts(String name) {
        List<String> all = optionalTexts(name);
        return all == null ? List.of() : all;
    }

    /** A map from strings to strings. */
    Map<String, String> map(String name) {
        Json o = object(name);
        Map<String, String> all = new LinkedHashMap<>();
        for (String key : o.keys()) {
            all.put(key, o.text(key));
        }
        return all;
    }

    List<String> keys() {
        List<String> names = new ArrayList<>();
        for (Iterator<String> i = node.fieldNames(); i.hasNext(); ) {
            names.add(i.next());
        }
        return names;
    }

    @Nullable
    Long optionalNumber(String name) {
        JsonNode n = field(name);
        if (n == null) {
            return null;
        }
        if (!n.isIntegralNumber() || !n.canConvertToLong()) {
            throw wrong(name, "a whole number");
        }
        return n.longValue();
    }

    boolean flag(String name) {
        JsonNode n = field(name);
        if (n != null && !n.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return n != null && n.booleanValue();
    }
}

package dev.felucca.docker.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object in a request, taken one by one; names count in any case, as they do for Go. What is left in the end
 * and asks for something is refused by name ({@link #done}).
 */
public final class Fields {
    private final String path;
    private final Map<String, JsonNode> left = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private Fields(JsonNode object, String path) {
        this.path = path;
        object.properties().forEach(p -> left.put(p.getKey(), p.getValue()));
    }

    /** @param path of the object in the request, empty for the whole */
    public static Fields of(JsonNode object, String path) {
        if (!object.isObject()) {
            throw wrong(path, "an object");
        }
        return new Fields(object, path);
    }

    private static EngineException wrong(String path, String wanted) {
        return EngineException.invalid("invalid JSON: " + path + " must be " + wanted);
    }

    private String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Null if it is absent or null. */
    private @Nullable JsonNode take(String name) {
        JsonNode value = left.remove(name);
        return value == null || value.isNull() ? null : value;
    }

    public boolean has(String name) {
        JsonNode value = left.get(name);
        return value != null && !value.isNull();
    }

    public @Nullable String text(String name) {
        JsonNode value = take(name);
        return value == null ? null : text(value, path(name));
    }

    private static String text(JsonNode value, String path) {
        if (!value.isTextual()) {
            throw wrong(path, "a string");
        }
        String text = value.textValue();
        if (text.indexOf('\0') >= 0) {
            throw EngineException.invalid(path + " has a NUL byte");
        }
        return text;
    }

    public String text(String name, String otherwise) {
        String value = text(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    public @Nullable String textOrNull(String name) {
        String value = text(name);
        return value == null || value.isEmpty() ? null : value;
    }

    public @Nullable Boolean truth(String name) {
        JsonNode value = take(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(path(name), "true or false");
        }
        return value == null ? null : value.booleanValue();
    }

    public boolean flag(String name) {
        return Boolean.TRUE.equals(truth(name));
    }

    public @Nullable Long number(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(path(name), "a whole number of 64 bits");
        }
        return value.longValue();
    }

    /** Null for 0 too: what docker's clients send for what was not asked for. */
    public @Nullable Long positive(String name) {
        Long value = number(name);
        return value == null || value == 0 ? null : value;
    }

    public @Nullable Integer integer(String name) {
        Long value = number(name);
        if (value != null && (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE)) {
            throw wrong(path(name), "a whole number of 32 bits");
        }
        return value == null ? null : value.intValue();
    }

    /** Null if it is absent or null; a single string counts as a list of one (docker's old form of commands). */
    public @Nullable List<String> textsOrNull(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        if (value.isTextual()) {
            return List.of(text(value, path(name)));
        }
        if (!value.isArray()) {
            throw wrong(path(name), "an array of strings");
        }
        List<String> all = new ArrayList<>();
        for (JsonNode item : value) {
            all.add(text(item, path(name)));
        }
        return all;
    }

    public List<String> texts(String name) {
        List<String> all = textsOrNull(name);
        return all == null ? List.of() : all;
    }

    public Map<String, String> map(String name) {
        Map<String, String> map = new LinkedHashMap<>();
        JsonNode value = take(name);
        if (value != null) {
            if (!value.isObject()) {
                throw wrong(path(name), "an object of strings");
            }
            value.properties().forEach(p -> map.put(p.getKey(), text(p.getValue(), path(name))));
        }
        return map;
    }

    /** The names of an object with empty objects, docker's form of a set. */
    public Set<String> set(String name) {
        JsonNode value = take(name);
        Set<String> names = new LinkedHashSet<>();
        if (value != null) {
            if (!value.isObject()) {
                throw wrong(path(name), "an object");
            }
            value.properties().forEach(p -> names.add(p.getKey()));
        }
        return names;
    }

    public @Nullable Fields object(String name) {
        JsonNode value = take(name);
        return value == null ? null : of(value, path(name));
    }

    /** The objects of an array. */
    public List<Fields> objects(String name) {
        JsonNode value = take(name);
        List<Fields> all = new ArrayList<>();
        if (value != null) {
            if (!value.isArray()) {
                throw wrong(path(name), "an array");
            }
            for (JsonNode item : value) {
                all.add(of(item, path(name) + "[" + all.size() + "]"));
            }
        }
        return all;
    }

    /** The objects of an object, by their names; null stays null. */
    public Map<String, @Nullable Fields> named(String name) {
        JsonNode value = take(name);
        Map<String, @Nullable Fields> all = new LinkedHashMap<>();
        if (value != null) {
            if (!value.isObject()) {
                throw wrong(path(name), "an object");
            }
            value.properties()
                    .forEach(p -> all.put(
                            p.getKey(),
                            p.getValue().isNull() ? null : of(p.getValue(), path(name) + "." + p.getKey())));
        }
        return all;
    }

    /** Arrays of objects, by their names. */
    public Map<String, List<Fields>> namedObjects(String name) {
        Map<String, List<Fields>> all = new LinkedHashMap<>();
        JsonNode value = take(name);
        if (value != null) {
            Fields inner = of(value, path(name));
            for (String key : List.copyOf(inner.left.keySet())) {
                all.put(key, inner.objects(key));
            }
        }
        return all;
    }

    /** The value as it is; null if it is absent or null. */
    public @Nullable JsonNode raw(String name) {
        return take(name);
    }

    /** Fields that tell of something and ask for nothing. */
    public void told(String... names) {
        for (String name : names) {
            left.remove(name);
        }
    }

    /**
     * Nothing more is taken.
     *
     * @throws EngineException UNSUPPORTED if a field is left that asks for something
     */
    public void done() {
        left.forEach((name, value) -> {
            if (asks(value)) {
                throw EngineException.unsupported("not supported: " + path(name));
            }
        });
    }

    /** Everything but what Go's clients send for a field that was not set. */
    private static boolean asks(JsonNode value) {
        if (value.isNull() || (value.isContainerNode() && value.isEmpty())) {
            return false;
        }
        if (value.isContainerNode()) {
            for (JsonNode item : value) {
                if (asks(item)) {
                    return true;
                }
            }
            return value.isArray() && !value.get(0).isNumber();
        }
        if (value.isTextual()) {
            return !value.textValue().isEmpty();
        }
        return value.isBoolean() ? value.booleanValue() : value.doubleValue() != 0;
    }
}

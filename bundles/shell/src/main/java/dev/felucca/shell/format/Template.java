package dev.felucca.shell.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.felucca.api.EngineException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * The part of Go's text/template that {@code --format} is used with: text, fields ({@code {{.State.Status}}}), literals, the functions
 * json, index, len, join, upper, lower, println, eq, ne and not, pipes, and the blocks if/else/end and range/else/end. The rest of the
 * language is refused by name.
 */
public final class Template {
    private final List<Part> parts;

    private Template(List<Part> parts) {
        this.parts = parts;
    }

    /** A piece of the template, which writes what it is for some data. */
    @FunctionalInterface
    interface Part {
        void write(JsonNode data, StringBuilder out);
    }

    /** Gives a value for some data. */
    @FunctionalInterface
    interface Expression {
        JsonNode value(JsonNode data);
    }

    /**
     * @param terminal whether the result goes to one, where values must be {@link Printable}
     * @throws EngineException INVALID for a malformed template, UNSUPPORTED for what is not understood
     */
    public static Template parse(String text, boolean terminal) {
        return new Template(new TemplateParser(text, terminal).parse());
    }

    public String render(JsonNode data) {
        StringBuilder out = new StringBuilder();
        for (Part p : parts) p.write(data, out);
        return out.toString();
    }

    static void render(List<Part> parts, JsonNode data, StringBuilder out) {
        for (Part p : parts) p.write(data, out);
    }

    /** One field; a word that is not there is an error and not an empty text. */
    static JsonNode field(JsonNode data, String name) {
        JsonNode value = data.path(name);
        if (value.isMissingNode())
            throw EngineException.invalid(
                    "template: there is no field \"" + name + "\" here; `{{json .}}` shows what there is");
        return value;
    }

    static JsonNode call(String function, List<JsonNode> arguments) {
        int n = arguments.size();
        switch (function) {
            case "json" -> need(function, n, 1, 1);
            case "len", "upper", "lower", "not" -> need(function, n, 1, 1);
            case "eq", "ne", "join" -> need(function, n, 2, 2);
            case "index" -> need(function, n, 1, 16);
            case "println" -> need(function, n, 0, 16);
            default ->
                throw EngineException.unsupported("template: the function \"" + function + "\" is not supported");
        }
        return switch (function) {
            case "json" -> new TextNode(Json.compact(arguments.get(0)));
            case "len" -> new LongNode(length(arguments.get(0)));
            case "upper" -> new TextNode(text(arguments.get(0)).toUpperCase(Locale.ROOT));
            case "lower" -> new TextNode(text(arguments.get(0)).toLowerCase(Locale.ROOT));
            case "not" -> BooleanNode.valueOf(!truth(arguments.get(0)));
            case "eq" -> BooleanNode.valueOf(text(arguments.get(0)).equals(text(arguments.get(1))));
            case "ne" -> BooleanNode.valueOf(!text(arguments.get(0)).equals(text(arguments.get(1))));
            case "join" -> new TextNode(join(arguments.get(0), text(arguments.get(1))));
            case "index" -> index(arguments);
            default -> {
                List<String> words = new ArrayList<>();
                for (JsonNode a : arguments) words.add(text(a));
                yield new TextNode(String.join(" ", words) + "\n");
            }
        };
    }

    private static void need(String function, int n, int least, int most) {
        if (n < least || n > most)
            throw EngineException.invalid("template: " + function + " takes "
                    + (least == most ? String.valueOf(least) : least + " or more") + " arguments, and there are " + n);
    }

    private static long length(JsonNode value) {
        return value.isTextual() ? value.textValue().getBytes(StandardCharsets.UTF_8).length : value.size();
    }

    private static String join(JsonNode list, String separator) {
        List<String> words = new ArrayList<>();
        for (JsonNode item : list) words.add(text(item));
        return String.join(separator, words);
    }

    private static JsonNode index(List<JsonNode> arguments) {
        JsonNode at = arguments.get(0);
        for (JsonNode key : arguments.subList(1, arguments.size())) {
            if (at.isArray()) {
                if (!key.isIntegralNumber() || !at.has(key.intValue()))
                    throw EngineException.invalid("template: index " + text(key) + " is out of range: " + at.size());
                at = at.get(key.intValue());
            } else {
                at = at.path(text(key));
            }
        }
        return at.isMissingNode() ? new TextNode("") : at;
    }

    /** Whether Go takes the value for true: not empty, not 0, not false, not nil. */
    static boolean truth(JsonNode value) {
        if (value.isBoolean()) return value.booleanValue();
        if (value.isNumber()) return value.doubleValue() != 0;
        if (value.isTextual()) return !value.textValue().isEmpty();
        return !value.isNull() && !value.isMissingNode() && !value.isEmpty();
    }

    /** A value as Go prints it: {@code [a b]}, {@code map[k:v]}, {@code <nil>}. */
    static String text(JsonNode value) {
        if (value.isNull()) return "<nil>";
        if (value instanceof MissingNode) return "<no value>";
        StringBuilder out = new StringBuilder();
        if (value.isArray()) {
            out.append('[');
            for (JsonNode item : value) out.append(out.length() > 1 ? " " : "").append(text(item));
            return out.append(']').toString();
        }
        if (value.isObject()) {
            TreeMap<String, String> sorted = new TreeMap<>();
            value.properties().forEach(e -> sorted.put(e.getKey(), text(e.getValue())));
            out.append("map[");
            sorted.forEach((k, v) -> out.append(out.length() > 4 ? " " : "")
                    .append(k)
                    .append(':')
                    .append(v));
            return out.append(']').toString();
        }
        return value.asText();
    }
}

package dev.felucca.shell.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** JSON as docker prints it: four spaces a level. */
public final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern HIGH_CONTROLS = Pattern.compile("[\\x7f-\\x9f]");
    private static final DateTimeFormatter NINE_DIGITS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);
    /** What docker writes for a time that is not set. */
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private Json() {}

    public static String pretty(JsonNode value) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator(""));
        DefaultIndenter indenter = new DefaultIndenter("    ", "\n");
        printer.indentArraysWith(indenter);
        printer.indentObjectsWith(indenter);
        return write(MAPPER.writer(printer), value);
    }

    public static String compact(JsonNode value) {
        return write(MAPPER.writer(), value);
    }

    private static String write(ObjectWriter writer, JsonNode value) {
        try {
            // Jackson escapes the control characters below the space only; those above are not to reach a terminal
            // either
            return HIGH_CONTROLS
                    .matcher(writer.writeValueAsString(value))
                    .replaceAll(m -> String.format("\\\\u%04x", (int) m.group().charAt(0)));
        } catch (JsonProcessingException e) {
            throw EngineException.internal("a value could not be written as JSON", e);
        }
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array(@Nullable Collection<String> items) {
        ArrayNode array = MAPPER.createArrayNode();
        if (items != null) items.forEach(array::add);
        return array;
    }

    /** An array, or null where docker has null for nothing. */
    static JsonNode arrayOrNull(@Nullable Collection<String> items) {
        return items == null || items.isEmpty() ? MAPPER.nullNode() : array(items);
    }

    public static ObjectNode map(Map<String, String> map) {
        ObjectNode object = object();
        new TreeMap<>(map).forEach(object::put);
        return object;
    }

    /** A set as docker writes it: names with an empty object each. */
    static JsonNode set(Collection<String> names) {
        if (names.isEmpty()) return MAPPER.nullNode();
        ObjectNode object = object();
        new TreeSet<>(names).forEach(n -> object.putObject(n));
        return object;
    }

    /** RFC 3339 with as many digits of a second as it takes, as docker's JSON has it. */
    public static String time(@Nullable Instant time) {
        if (time == null) return NEVER;
        String nine = nineDigits(time).replaceAll("0+Z$", "Z");
        return nine.endsWith(".Z") ? nine.substring(0, nine.length() - 2) + "Z" : nine;
    }

    /** RFC 3339 with nine digits of a second, for lines below each other. */
    public static String nineDigits(Instant time) {
        return NINE_DIGITS.format(time);
    }
}

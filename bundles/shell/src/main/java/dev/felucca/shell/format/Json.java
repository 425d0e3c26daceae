package dev.felucca.shell.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.felucca.api.EngineException;
import java.util.regex.Pattern;

/** JSON as docker prints it: four spaces a level. */
public final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern HIGH_CONTROLS = Pattern.compile("[\\x7f-\\x9f]");

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
}

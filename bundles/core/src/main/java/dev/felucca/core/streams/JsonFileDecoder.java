package dev.felucca.core.streams;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.felucca.api.exec.StreamKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Reads entries of the json-file format, whoever wrote them. Thread-safe. */
final class JsonFileDecoder {
    private static final JsonFactory JSON = new JsonFactory();

    /** An entry; text as it was put out, with U+FFFD for what was no UTF-8. */
    record Entry(Instant time, StreamKind stream, String text) {
        byte[] line() {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    private JsonFileDecoder() {}

    /** The entry in one line of the file; empty if there is none, such as after a crash. */
    static Optional<Entry> decode(byte[] bytes, int from, int to) {
        String log = "";
        String stream = "stdout";
        String time = "";
        try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken() == JsonToken.VALUE_STRING) {
                    switch (name) {
                        case "log" -> log = parser.getText();
                        case "stream" -> stream = parser.getText();
                        case "time" -> time = parser.getText();
                        default -> {}
                    }
                } else {
                    parser.skipChildren();
                }
            }
            // In any zone, though Docker and this engine write UTC.
            Instant at = time.endsWith("Z")
                    ? Instant.parse(time)
                    : OffsetDateTime.parse(time).toInstant();
            StreamKind kind = stream.equals("stderr") ? StreamKind.STDERR : StreamKind.STDOUT;
            return Optional.of(new Entry(at, kind, log));
        } catch (IOException | DateTimeException e) {
            return Optional.empty();
        }
    }
}

package dev.felucca.docker.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.felucca.api.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** JSON as it goes over the wire. */
public final class Json {
    private static final JsonMapper MAPPER = mapper();

    private Json() {}

    private static JsonMapper mapper() {
        JsonMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(64).build());
        return mapper;
    }

    static byte[] bytes(JsonNode body) {
        try {
            byte[] text = MAPPER.writeValueAsBytes(body);
            byte[] line = java.util.Arrays.copyOf(text, text.length + 1);
            line[text.length] = '\n';
            return line;
        } catch (JsonProcessingException e) {
            throw EngineException.internal("a value could not be written as JSON", e);
        }
    }

    /** One line of a stream of JSON objects. */
    public static byte[] line(JsonNode object) {
        return bytes(object);
    }

    /** The object in a body; INVALID with docker's words if there is none. An empty body is an empty object. */
    static JsonNode object(ByteBuffer body) {
        if (!body.hasRemaining()) {
            return MAPPER.createObjectNode();
        }
        byte[] bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        JsonNode parsed = parse(bytes);
        if (parsed.isNull()) {
            return MAPPER.createObjectNode();
        }
        if (!parsed.isObject()) {
            throw EngineException.invalid("invalid JSON: an object is expected");
        }
        return parsed;
    }

    public static JsonNode parse(byte[] text) {
        try {
            JsonNode parsed = MAPPER.readTree(text);
            if (parsed.isMissingNode()) {
                throw EngineException.invalid("invalid JSON: got EOF while reading request body");
            }
            return parsed;
        } catch (JsonProcessingException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "invalid JSON: " + e.getOriginalMessage().replace('\n', ' '),
                    e);
        } catch (IOException e) {
            throw new EngineException(EngineException.Kind.INVALID, "invalid JSON: " + e.getMessage(), e);
        }
    }
}

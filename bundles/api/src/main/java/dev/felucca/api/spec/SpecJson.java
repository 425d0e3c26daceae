package dev.felucca.api.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.felucca.api.EngineException;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * Reads and writes config.json. Fields that it does not know are ignored, as the specification demands; what is not said is
 * not written, while an explicit false or 0 is. Thread-safe.
 */
public final class SpecJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            // Only the fields themselves: an annotation or sysctl with an empty value stays.
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS))
            .build();

    private SpecJson() {}

    /** The spec in those bytes (UTF-8); INVALID, with the field, if it is none. */
    public static Spec read(byte[] json) {
        return read(json, Spec.class);
    }

    /** Any record of this package or built of its records, such as the {@link Process} of an exec; INVALID, with the field, if it is none. */
    public static <T extends Record> T read(byte[] json, Class<T> type) {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw EngineException.invalid("runtime spec: it is empty");
            }
            return value;
        } catch (JsonMappingException e) {
            throw describe(e);
        } catch (JsonProcessingException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID, "runtime spec: not JSON: " + e.getOriginalMessage() + where(e), e);
        } catch (IOException e) {
            throw EngineException.internal("runtime spec: reading bytes in memory failed", e);
        }
    }

    /** Any record of this package as indented JSON in UTF-8. */
    public static byte[] write(Record value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw EngineException.internal("runtime spec: cannot be written as JSON", e);
        }
    }

    private static EngineException describe(JsonMappingException e) {
        String path = e.getPath().stream()
                .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
                .collect(Collectors.joining());
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof EngineException refused) {
                return new EngineException(refused.kind(), refused.message() + at(path), e);
            }
        }
        return new EngineException(
                EngineException.Kind.INVALID, "runtime spec: " + e.getOriginalMessage() + at(path), e);
    }

    private static String at(String path) {
        return path.isEmpty() ? "" : " (at " + (path.startsWith(".") ? path.substring(1) : path) + ")";
    }

    private static String where(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
    }
}

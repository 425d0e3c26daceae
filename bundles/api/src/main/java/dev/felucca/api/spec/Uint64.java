package dev.felucca.api.spec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.math.BigInteger;

/** JSON form of the specification's uint64 fields, such as RLIM_INFINITY = 18446744073709551615. */
final class Uint64 {
    private Uint64() {}

    static final class Writer extends JsonSerializer<Long> {
        @Override
        public void serialize(Long value, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (value >= 0) {
                out.writeNumber(value.longValue());
            } else {
                out.writeNumber(new BigInteger(Long.toUnsignedString(value)));
            }
        }
    }

    static final class Reader extends JsonDeserializer<Long> {
        @Override
        public Long deserialize(JsonParser in, DeserializationContext context) throws IOException {
            if (!in.currentToken().isNumeric() || in.getNumberType() == JsonParser.NumberType.DOUBLE) {
                return (Long) context.handleUnexpectedToken(Long.class, in);
            }
            BigInteger value = in.getBigIntegerValue();
            if (value.signum() < 0 || value.bitLength() > 64) {
                return (Long) context.handleWeirdNumberValue(Long.class, value, "not an unsigned 64-bit number");
            }
            return value.longValue();
        }

        /** A field that is not there counts as 0, as it does for Jackson's own numbers. */
        @Override
        public Long getNullValue(DeserializationContext context) {
            return 0L;
        }
    }
}

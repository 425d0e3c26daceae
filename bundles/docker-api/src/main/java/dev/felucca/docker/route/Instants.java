package dev.felucca.docker.route;

import dev.felucca.api.EngineException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Points in time in parameters: seconds since 1970 with a fraction, or RFC 3339. */
final class Instants {
    private Instants() {}

    /** Null for none, and for 0, which clients send for none. */
    static @Nullable Instant parse(@Nullable String text) {
        if (text == null || text.isEmpty() || text.matches("0+(\\.0*)?")) {
            return null;
        }
        try {
            if (text.matches("\\d{1,12}(\\.\\d{1,9})?")) {
                BigDecimal seconds = new BigDecimal(text);
                return Instant.ofEpochSecond(
                        seconds.longValue(),
                        seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue());
            }
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "invalid time \"" + text + "\"; give seconds since 1970, or one as 2006-01-02T15:04:05Z",
                    e);
        }
    }
}

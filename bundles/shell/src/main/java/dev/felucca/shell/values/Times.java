package dev.felucca.shell.values;

import dev.felucca.api.EngineException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and points in time, as docker writes them. */
public final class Times {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)");
    private static final Pattern UNIX = Pattern.compile("\\d+(\\.\\d{1,9})?");
    private static final Map<String, Long> NANOS = Map.of(
            "ns",
            1L,
            "us",
            1_000L,
            "µs",
            1_000L,
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "m",
            60_000_000_000L,
            "h",
            3_600_000_000_000L);

    private Times() {}

    /** Nanoseconds from {@code 1h30m}, {@code 1.5s}, {@code 100ms}. */
    public static long nanos(String text) {
        if (text.equals("0")) return 0;
        Matcher m = PART.matcher(text);
        BigDecimal sum = BigDecimal.ZERO;
        int at = 0;
        while (at < text.length() && m.find(at) && m.start() == at) {
            Long unit = NANOS.get(m.group(2));
            if (unit == null) break;
            sum = sum.add(new BigDecimal(m.group(1)).multiply(BigDecimal.valueOf(unit)));
            at = m.end();
        }
        if (text.isEmpty() || at != text.length())
            throw EngineException.invalid(
                    "invalid duration; give numbers with the units h, m, s, ms, us or ns, such as 1m30s");
        if (sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0)
            throw EngineException.invalid("the duration is longer than 292 years");
        return sum.longValue();
    }

    /** A point in time: RFC 3339 with or without zone or time of day, seconds since 1970, or a duration before now. */
    public static Instant instant(String text, Instant now) {
        try {
            if (UNIX.matcher(text).matches()) {
                BigDecimal seconds = new BigDecimal(text);
                return Instant.ofEpochSecond(
                        seconds.longValue(),
                        seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue());
            }
            if (text.matches("\\d{4}-\\d{2}-\\d{2}.*")) return date(text);
            return now.minusNanos(nanos(text));
        } catch (DateTimeException | EngineException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "invalid time; give one as 2006-01-02T15:04:05Z, as seconds since 1970, or as a duration before now such as 10m",
                    e);
        }
    }

    private static Instant date(String text) {
        ZoneId here = ZoneId.systemDefault();
        if (!text.contains("T")) return LocalDate.parse(text).atStartOfDay(here).toInstant();
        if (text.matches(".*T.*(Z|[+-]\\d{2}:\\d{2})"))
            return OffsetDateTime.parse(text).toInstant();
        return LocalDateTime.parse(text).atZone(here).toInstant();
    }
}

package dev.felucca.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.Healthcheck;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Dockerfile instruction HEALTHCHECK: {@code NONE}, or options and {@code CMD} with a command. */
final class HealthcheckLine {
    private static final Pattern OPTION = Pattern.compile("--([a-z-]+)=(\\S+)\\s+");
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h)");
    private static final Map<String, Long> UNITS = Map.of(
            "ns",
            1L,
            "us",
            1_000L,
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "m",
            60_000_000_000L,
            "h",
            3_600_000_000_000L);
    private static final Set<String> OPTIONS =
            Set.of("interval", "timeout", "start-period", "start-interval", "retries");

    private HealthcheckLine() {}

    static Healthcheck parse(String text, Function<String, List<String>> command, String line) {
        String rest = text;
        Map<String, String> options = new HashMap<>();
        for (Matcher m = OPTION.matcher(rest); m.lookingAt(); m = OPTION.matcher(rest)) {
            if (!OPTIONS.contains(m.group(1))) {
                throw bad(line, "unknown option --" + m.group(1));
            }
            options.put(m.group(1), m.group(2));
            rest = rest.substring(m.end());
        }
        if (rest.equalsIgnoreCase("NONE") && options.isEmpty()) {
            return new Healthcheck(List.of("NONE"), null, null, null, null, null);
        }
        String[] split = rest.split("\\s+", 2);
        if (!split[0].equalsIgnoreCase("CMD") || split.length < 2) {
            throw bad(line, "HEALTHCHECK is NONE, or options and CMD with a command");
        }
        List<String> test = new ArrayList<>(command.apply(split[1]));
        if (split[1].startsWith("[") && !(test.size() == 3 && test.get(2).equals(split[1]))) {
            test.add(0, "CMD");
        } else {
            test = List.of("CMD-SHELL", split[1]);
        }
        return new Healthcheck(
                List.copyOf(test),
                duration(options.get("interval"), line),
                duration(options.get("timeout"), line),
                duration(options.get("start-period"), line),
                retries(options.get("retries"), line),
                duration(options.get("start-interval"), line));
    }

    private static @Nullable Integer retries(@Nullable String text, String line) {
        if (text == null) {
            return null;
        }
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw bad(line, "--retries must be at least 1 (not " + text + ")");
        }
        return Integer.valueOf(text);
    }

    /** Nanoseconds of a duration as Go writes it, such as {@code 1m30s}. */
    private static @Nullable Long duration(@Nullable String text, String line) {
        if (text == null) {
            return null;
        }
        BigDecimal nanos = BigDecimal.ZERO;
        int at = 0;
        Matcher m = DURATION.matcher(text);
        while (m.find() && m.start() == at) {
            nanos = nanos.add(
                    new BigDecimal(m.group(1)).multiply(BigDecimal.valueOf(UNITS.getOrDefault(m.group(2), 1L))));
            at = m.end();
        }
        boolean fits = nanos.compareTo(BigDecimal.valueOf(1_000_000)) >= 0
                && nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
        if (at != text.length() || !fits) {
            throw bad(line, "\"" + text + "\" is no duration of at least 1ms, such as 30s or 1m30s");
        }
        return nanos.longValue();
    }

    static ObjectNode toJson(Healthcheck h) {
        ObjectNode n = Json.newObject();
        if (h.test() != null) {
            ArrayNode test = n.putArray("Test");
            h.test().forEach(test::add);
        }
        number(n, "Interval", h.interval());
        number(n, "Timeout", h.timeout());
        number(n, "StartPeriod", h.startPeriod());
        if (h.retries() != null) {
            n.put("Retries", h.retries());
        }
        number(n, "StartInterval", h.startInterval());
        return n;
    }

    private static void number(ObjectNode n, String name, @Nullable Long value) {
        if (value != null) {
            n.put(name, value);
        }
    }

    private static EngineException bad(String line, String why) {
        return EngineException.invalid("change \"" + line + "\": " + why);
    }
}

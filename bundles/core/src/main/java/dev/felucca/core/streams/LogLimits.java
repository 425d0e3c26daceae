package dev.felucca.core.streams;

import dev.felucca.api.EngineException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of a log is kept: Docker's options {@code max-size} and {@code max-file} of the json-file driver.
 *
 * @param maxSize bytes at which a file is rotated; 0 for no limit
 * @param maxFiles how many files there are at most, the current one included; without a maxSize it has no effect (as in Docker)
 */
public record LogLimits(long maxSize, int maxFiles) {
    private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?) ?([kmgtp]?)(?:i?b)?");

    /** @throws EngineException INVALID for an unknown option or a malformed value */
    public static LogLimits of(Map<String, String> options) {
        for (String key : options.keySet()) {
            if (!key.equals("max-size") && !key.equals("max-file")) {
                throw EngineException.invalid(
                        "log option " + key + " is not supported; the json-file log has max-size and max-file");
            }
        }
        String size = options.get("max-size");
        String files = options.get("max-file");
        return new LogLimits(size == null ? 0 : size(size), files == null ? 1 : files(files));
    }

    /** Decimal units, as Docker reads this option: 10m is 10,000,000 bytes. */
    private static long size(String text) {
        if (text.equals("-1")) {
            return 0;
        }
        Matcher m = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!m.matches()) {
            throw EngineException.invalid("log option max-size=" + text + " is not a size such as 500k, 10m or 1g");
        }
        String unit = m.group(2);
        double bytes = Double.parseDouble(m.group(1)) * Math.pow(1000, unit.isEmpty() ? 0 : "kmgtp".indexOf(unit) + 1);
        if (bytes < 1) {
            throw EngineException.invalid("log option max-size=" + text + " must be at least one byte");
        }
        return (long) bytes;
    }

    private static int files(String text) {
        try {
            int n = Integer.parseInt(text);
            if (n >= 1) {
                return n;
            }
        } catch (NumberFormatException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID, "log option max-file=" + text + " is not a whole number", e);
        }
        throw EngineException.invalid("log option max-file=" + text + " must be at least 1");
    }
}

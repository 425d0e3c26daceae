package dev.felucca.shell.format;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Sizes and times in the words of docker's own lists. */
public final class Human {
    private static final String[] DECIMAL = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Human() {}

    /** Powers of 1000 with three digits: {@code 4.26MB}. */
    public static String size(long bytes) {
        return size(bytes, 1000, 3, DECIMAL);
    }

    /** Powers of 1024 with four digits: {@code 512MiB}. */
    public static String binarySize(long bytes) {
        return size(bytes, 1024, 4, BINARY);
    }

    private static String size(long bytes, int base, int digits, String[] units) {
        double value = bytes;
        int unit = 0;
        while (value >= base && unit < units.length - 1) {
            value /= base;
            unit++;
        }
        return new BigDecimal(value)
                        .round(new MathContext(digits, RoundingMode.HALF_EVEN))
                        .stripTrailingZeros()
                        .toPlainString()
                + units[unit];
    }

    /** About how long: {@code 5 minutes}, {@code About an hour}. */
    public static String duration(Duration d) {
        long seconds = d.toSeconds();
        if (seconds < 1) return "Less than a second";
        if (seconds == 1) return "1 second";
        if (seconds < 60) return seconds + " seconds";
        long minutes = d.toMinutes();
        if (minutes == 1) return "About a minute";
        if (minutes < 60) return minutes + " minutes";
        long hours = Math.round(seconds / 3600.0);
        if (hours == 1) return "About an hour";
        if (hours < 48) return hours + " hours";
        if (hours < 24 * 7 * 2) return hours / 24 + " days";
        if (hours < 24 * 30 * 2) return hours / 24 / 7 + " weeks";
        if (hours < 24 * 365 * 2) return hours / 24 / 30 + " months";
        return hours / 24 / 365 + " years";
    }

    public static String ago(Instant then, Instant now) {
        return duration(Duration.between(then, now)) + " ago";
    }

    /** A measured time: {@code 12.3ms}, {@code 870µs}, {@code 1.25s}. */
    public static String nanos(long nanos) {
        if (nanos < 1_000_000) return String.format(Locale.ROOT, "%dµs", Math.round(nanos / 1e3));
        if (nanos < 1_000_000_000) return String.format(Locale.ROOT, "%.1fms", nanos / 1e6);
        return String.format(Locale.ROOT, "%.2fs", nanos / 1e9);
    }

    /** At most so many characters; what is cut is shown by an ellipsis. */
    public static String shorten(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) return text;
        return text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
    }
}

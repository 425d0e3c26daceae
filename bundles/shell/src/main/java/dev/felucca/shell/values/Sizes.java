package dev.felucca.shell.values;

import dev.felucca.api.EngineException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes and amounts of CPU, as docker writes them. */
public final class Sizes {
    private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?) ?([kmgtp])?i?b?");
    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

    private Sizes() {}

    /** Bytes; units are powers of 1024, upper or lower case: {@code 512m}, {@code 1.5GiB}, {@code 4096}. */
    public static long bytes(String text) {
        Matcher m = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!m.matches())
            throw EngineException.invalid(
                    "invalid size; give a number of bytes, or one with a unit of b, k, m, g, t or p, such as 512m");
        String unit = m.group(2);
        int power = unit == null ? 0 : "kmgtp".indexOf(unit.charAt(0)) + 1;
        BigInteger bytes = new BigDecimal(m.group(1))
                .multiply(BigDecimal.valueOf(1024).pow(power))
                .toBigInteger();
        if (bytes.compareTo(LARGEST) > 0) throw EngineException.invalid("the size is larger than 8 EiB");
        return bytes.longValueExact();
    }

    /** As {@link #bytes}, or -1 for no limit. */
    public static long bytesOrUnlimited(String text) {
        return text.equals("-1") ? -1 : bytes(text);
    }

    /** Billionths of a CPU from {@code 1.5}. */
    public static long nanoCpus(String text) {
        if (!text.matches("\\d*\\.?\\d+|\\d+\\."))
            throw EngineException.invalid("invalid number of CPUs; give a decimal number, such as 1.5");
        BigDecimal nanos = new BigDecimal(text).movePointRight(9);
        if (nanos.stripTrailingZeros().scale() > 0) throw EngineException.invalid("more than nine decimal places");
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0)
            throw EngineException.invalid("more CPUs than there can be");
        return nanos.longValueExact();
    }

    public static long integer(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new EngineException(EngineException.Kind.INVALID, "not a whole number", e);
        }
    }

    /** A whole number from {@code least} to {@code most}. */
    public static int integer(String text, int least, int most) {
        long n = integer(text);
        if (n < least || n > most)
            throw EngineException.invalid(
                    most == Integer.MAX_VALUE ? "must be " + least + " or more" : "must be " + least + " to " + most);
        return (int) n;
    }

    public static boolean bool(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw EngineException.invalid("neither true nor false");
        };
    }
}

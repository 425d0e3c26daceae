package dev.felucca.launcher;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of a section, as a bundle declares it (AttributeDefinition, OSGi Metatype Service).
 *
 * @param name the key
 * @param type Metatype's name of the type: String, Long, Integer, Boolean, Double ...
 * @param many whether a list is wanted
 * @param required whether it has no default and must be there
 * @param min the least number, if there is one
 * @param max the greatest number, if there is one
 * @param choices the only values allowed; empty: all
 */
record Option(
        String name,
        String type,
        boolean many,
        boolean required,
        @Nullable String min,
        @Nullable String max,
        List<String> choices) {

    /** The value for the component, of the declared type. */
    Object convert(String where, Object json) throws LaunchException {
        if (!many) return one(where, json);
        if (!(json instanceof List<?> list)) throw bad(where, json, "a list in brackets is wanted");
        Class<?> element =
                switch (type) {
                    case "Long" -> Long.class;
                    case "Integer" -> Integer.class;
                    case "Double" -> Double.class;
                    case "Boolean" -> Boolean.class;
                    default -> String.class;
                };
        Object array = Array.newInstance(element, list.size());
        for (int i = 0; i < list.size(); i++) Array.set(array, i, one(where + "[" + i + "]", list.get(i)));
        return array;
    }

    private Object one(String where, @Nullable Object json) throws LaunchException {
        Object value =
                switch (type) {
                    case "Boolean" -> json instanceof Boolean b ? b : null;
                    case "Long" ->
                        json instanceof BigDecimal n ? whole(where, n, Long.MIN_VALUE, Long.MAX_VALUE) : null;
                    case "Integer" -> {
                        Long n = json instanceof BigDecimal d
                                ? whole(where, d, Integer.MIN_VALUE, Integer.MAX_VALUE)
                                : null;
                        yield n == null ? null : (Object) n.intValue();
                    }
                    case "Double", "Float" -> json instanceof BigDecimal n ? n.doubleValue() : null;
                    default -> json instanceof String s ? s : null;
                };
        if (value == null) throw bad(where, json, wanted());
        if (!choices.isEmpty() && !choices.contains(String.valueOf(value)))
            throw bad(where, json, "allowed are " + String.join(", ", choices));
        if (json instanceof BigDecimal n) range(where, n);
        return value;
    }

    private static Long whole(String where, BigDecimal n, long least, long most) throws LaunchException {
        if (n.stripTrailingZeros().scale() > 0) throw bad(where, n, "a whole number is wanted");
        if (n.compareTo(BigDecimal.valueOf(least)) < 0 || n.compareTo(BigDecimal.valueOf(most)) > 0)
            throw bad(where, n, "it has to be from " + least + " to " + most);
        return n.longValue();
    }

    private void range(String where, BigDecimal n) throws LaunchException {
        if (min != null && n.compareTo(new BigDecimal(min)) < 0) throw bad(where, n, "the least is " + min);
        if (max != null && n.compareTo(new BigDecimal(max)) > 0) throw bad(where, n, "the most is " + max);
    }

    private String wanted() {
        return switch (type) {
            case "Boolean" -> "true or false is wanted";
            case "Long", "Integer" -> "a whole number is wanted";
            case "Double", "Float" -> "a number is wanted";
            default -> "a text in double quotes is wanted";
        };
    }

    private static LaunchException bad(String where, @Nullable Object json, String wanted) {
        String shown = json instanceof String s ? "\"" + s + "\"" : String.valueOf(json);
        return new LaunchException(where + " is " + shown + ": " + wanted);
    }
}

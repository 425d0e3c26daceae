package dev.felucca.docker.http;

import dev.felucca.api.EngineException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The parameters of a request. A parameter that its route does not know is refused, since it may have meant something. */
public final class Query {
    private final Map<String, List<String>> values;

    public Query(Map<String, List<String>> values) {
        this.values = values;
    }

    /** @throws EngineException INVALID if there are others than these */
    void allow(Set<String> known) {
        if (known.contains(Route.ANY_PARAMETER)) {
            return;
        }
        Set<String> others = new TreeSet<>(values.keySet());
        others.removeAll(known);
        if (!others.isEmpty()) {
            throw EngineException.invalid("not supported: the parameter " + String.join(", ", others));
        }
    }

    /** All values by name. */
    public Map<String, List<String>> all() {
        return values;
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** The first value; null if there is none. */
    public @Nullable String get(String name) {
        List<String> all = values.get(name);
        return all == null || all.isEmpty() ? null : all.get(0);
    }

    /** The first value; null if it is not there or empty. */
    public @Nullable String text(String name) {
        String value = get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** As docker reads a truth value: all but an empty one, {@code 0}, {@code no}, {@code false} and {@code none}. */
    public boolean flag(String name) {
        return flag(name, false);
    }

    /** @param otherwise what a parameter that is not there means */
    public boolean flag(String name, boolean otherwise) {
        String value = get(name);
        if (value == null) {
            return otherwise;
        }
        return switch (value.strip().toLowerCase(java.util.Locale.ROOT)) {
            case "", "0", "no", "false", "none" -> false;
            default -> true;
        };
    }

    /** A whole number; null if it is not there or empty. */
    public @Nullable Integer integer(String name) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        try {
            return Integer.valueOf(value);
        } catch (NumberFormatException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID, "invalid value \"" + value + "\" for " + name + ": no number", e);
        }
    }

    /** A whole number that must be there. */
    public int required(String name) {
        Integer value = integer(name);
        if (value == null) {
            throw EngineException.invalid("the parameter " + name + " is missing");
        }
        return value;
    }
}

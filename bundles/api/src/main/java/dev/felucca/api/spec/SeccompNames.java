package dev.felucca.api.spec;

import dev.felucca.api.EngineException;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Looks up constants by their names in config.json. */
final class SeccompNames {
    private SeccompNames() {}

    static <E> E find(E[] values, Function<E, String> name, String wanted, String what) {
        for (E value : values) {
            if (name.apply(value).equals(wanted)) {
                return value;
            }
        }
        throw EngineException.invalid("runtime spec: unknown " + what + " \"" + wanted + "\"; known are "
                + Arrays.stream(values).map(name).collect(Collectors.joining(", ")));
    }
}

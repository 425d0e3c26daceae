package dev.felucca.shell.values;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code NAME=value} pairs, from arguments and from files. */
public final class Pairs {
    private Pairs() {}

    /** A map; a name without {@code =} has an empty value, and the last of two values counts. */
    public static Map<String, String> map(List<String> pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String p : pairs) {
            int eq = p.indexOf('=');
            map.put(name(eq < 0 ? p : p.substring(0, eq)), eq < 0 ? "" : p.substring(eq + 1));
        }
        return map;
    }

    /** A pair that must have its {@code =}; returned as it is. */
    public static String pair(String text) {
        int eq = text.indexOf('=');
        if (eq < 1) throw EngineException.invalid("give it as NAME=VALUE");
        return text;
    }

    /** A name or pair whose name is not empty; returned as it is. */
    public static String named(String text) {
        int eq = text.indexOf('=');
        name(eq < 0 ? text : text.substring(0, eq));
        return text;
    }

    private static String name(String name) {
        if (name.isBlank()) throw EngineException.invalid("the name before = is empty");
        return name;
    }

    /** A variable as docker takes it: one without {@code =} gets the caller's value; if there is none, it is unset. */
    public static String variable(String text, Map<String, String> environment) {
        named(text);
        return text.indexOf('=') >= 0
                ? text
                : Optional.ofNullable(environment.get(text))
                        .map(v -> text + "=" + v)
                        .orElse(text);
    }

    /** The lines of an {@code --env-file} or {@code --label-file}, without comments and empty ones. */
    public static List<String> file(Path file) {
        List<String> pairs = new ArrayList<>();
        int number = 0;
        for (String raw : lines(file)) {
            number++;
            String line = (number == 1 && raw.startsWith("\uFEFF") ? raw.substring(1) : raw).stripLeading();
            if (line.isEmpty() || line.startsWith("#")) continue;
            String name = line.split("=", 2)[0];
            if (name.isEmpty() || name.chars().anyMatch(Character::isWhitespace))
                throw EngineException.invalid("line " + number + " of " + file + ": \"" + name
                        + "\" is no name (empty, or with white space)");
            pairs.add(line);
        }
        return pairs;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new EngineException(EngineException.Kind.INVALID, file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new EngineException(EngineException.Kind.INVALID, file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new EngineException(EngineException.Kind.INVALID, file + " cannot be read: " + e.getMessage(), e);
        }
    }
}

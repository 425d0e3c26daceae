package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.List;

/** Paths inside the container, as plans hold them: absolute, clean, without {@code ..}. */
final class ContainerPaths {
    private ContainerPaths() {}

    /** @param field where it stands in the spec, for the refusal */
    static String check(String field, String path) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw EngineException.invalid(field + ": \"" + path + "\" is not an absolute path");
        }
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                throw EngineException.invalid(field + ": \"" + path + "\" must not contain \"..\"");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    /** Whether it is the directory or lies in it. */
    static boolean in(String path, String directory) {
        return path.equals(directory) || path.startsWith(directory + "/");
    }
}

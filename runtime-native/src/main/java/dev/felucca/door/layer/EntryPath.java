package dev.felucca.door.layer;

import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.List;

/**
 * A path of an archive in parts, without {@code .} and empty ones. Absolute paths and {@code ..} are refused, in names
 * and in hard link targets alike: no builder writes them, and they mean something else to every tool.
 */
record EntryPath(List<String> parts) {
    private static final int PATH_MAX = 4096;
    private static final int NAME_MAX = 255;

    EntryPath {
        parts = List.copyOf(parts);
    }

    /**
     * @param path as written
     * @param what what the path is, for the message: {@code entry "x"}
     */
    static EntryPath of(String path, String what) {
        if (path.startsWith("/")) {
            throw EngineException.invalid(what + " has an absolute path; paths in a layer are relative to its root");
        }
        if (path.length() >= PATH_MAX) {
            throw EngineException.invalid(what.substring(0, Math.min(what.length(), 100))
                    + "... has a path of more than " + (PATH_MAX - 1) + " bytes");
        }
        List<String> parts = new ArrayList<>();
        int from = 0;
        while (from <= path.length()) {
            int to = path.indexOf('/', from);
            to = to < 0 ? path.length() : to;
            String part = path.substring(from, to);
            from = to + 1;
            if ("..".equals(part)) {
                throw EngineException.invalid(what + " has \"..\" in its path; it would leave the layer");
            }
            if (part.length() > NAME_MAX) {
                throw EngineException.invalid(what + " has a name of more than " + NAME_MAX + " bytes");
            }
            if (part.indexOf('\0') >= 0) {
                throw EngineException.invalid(what + " has a NUL character in its path");
            }
            if (!part.isEmpty() && !".".equals(part)) {
                parts.add(part);
            }
        }
        return new EntryPath(parts);
    }

    boolean isRoot() {
        return parts.isEmpty();
    }

    List<String> parents() {
        return parts.isEmpty() ? parts : parts.subList(0, parts.size() - 1);
    }

    String last() {
        return parts.get(parts.size() - 1);
    }

    /** With slashes; empty for the root. */
    String text() {
        return String.join("/", parts);
    }
}

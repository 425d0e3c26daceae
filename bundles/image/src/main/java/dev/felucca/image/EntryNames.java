package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.List;

/** Paths inside an archive. They never lead out of it. */
final class EntryNames {
    static final String BLOBS = "blobs/sha256/";

    private EntryNames() {}

    /** Without {@code .} and double slashes; INVALID for an absolute path and for {@code ..}. */
    static String normalise(String name, String what) {
        if (name.startsWith("/")) {
            throw EngineException.invalid(what + ": the entry \"" + name + "\" has an absolute path");
        }
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/")) {
            if (part.equals("..")) {
                throw EngineException.invalid(what + ": the entry \"" + name + "\" leads out of the archive");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    /** Whether a symbolic link leads above the root; an absolute target means the root's own. */
    static boolean leaves(String link, String target) {
        int depth = 0;
        if (!target.startsWith("/")) {
            for (String part : link.split("/")) {
                depth += part.isEmpty() || part.equals(".") ? 0 : 1;
            }
            depth--;
        }
        for (String part : target.split("/")) {
            if (part.equals("..")) {
                if (--depth < 0) {
                    return true;
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                depth++;
            }
        }
        return false;
    }

    /** Where a symbolic link in the archive leads; INVALID if that is outside. */
    static String resolve(String link, String target, String what) {
        List<String> parts = new ArrayList<>(List.of(link.split("/")));
        parts.remove(parts.size() - 1);
        boolean out = target.startsWith("/");
        for (String part : target.split("/")) {
            if (part.equals("..")) {
                if (parts.isEmpty()) {
                    out = true;
                    break;
                }
                parts.remove(parts.size() - 1);
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        if (out) {
            throw EngineException.invalid(
                    what + ": the link \"" + link + "\" -> \"" + target + "\" leads out of the archive");
        }
        return String.join("/", parts);
    }

    /** The digest that a blob's path says; empty for other paths. */
    static String blobDigest(String name) {
        String digest = name.startsWith(BLOBS) ? Digests.PREFIX + name.substring(BLOBS.length()) : "";
        return Digests.isSha256(digest) ? digest : "";
    }

    /** A short name for progress: digits of an id or digest if there are some in the path. */
    static String label(String name) {
        for (String part : name.split("/")) {
            String stem = part.replaceFirst("^sha256:", "").replaceFirst("\\..*$", "");
            if (stem.length() == 64 && Digests.isSha256(Digests.PREFIX + stem)) {
                return Digests.brief(stem);
            }
        }
        return name;
    }
}

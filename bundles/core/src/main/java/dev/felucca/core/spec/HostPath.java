package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Paths on the host, as users write them. */
final class HostPath {
    private HostPath() {}

    /** The clean absolute path; INVALID, beginning with {@code refusal}, if it is none or cannot be a file's name here. */
    static Path of(String refusal, String path) {
        if (!path.startsWith("/")) {
            throw EngineException.invalid(refusal + ": '" + path + "' is not an absolute path");
        }
        try {
            return Path.of(path).normalize();
        } catch (InvalidPathException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    refusal + ": '" + path.replace("\0", "\\0") + "': " + e.getReason(),
                    e);
        }
    }
}

package dev.felucca.door.services;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;

/** Where the two roots are, by the framework properties or by default. */
record RootPaths(Path data, Path run) {
    RootPaths {
        if (data.startsWith(run) || run.startsWith(data)) {
            throw EngineException.invalid(
                    "the data root " + data + " and the run root " + run + " must not lie in each other");
        }
    }

    static RootPaths of(BundleContext context) {
        return new RootPaths(
                path(context, EngineRoots.DATA_ROOT, "/var/lib/felucca"),
                path(context, EngineRoots.RUN_ROOT, "/run/felucca"));
    }

    private static Path path(BundleContext context, String property, String standard) {
        Path path = Path.of(Optional.ofNullable(context.getProperty(property))
                .filter(s -> !s.isBlank())
                .orElse(standard));
        if (!path.isAbsolute() || path.getNameCount() == 0) {
            throw EngineException.invalid(property + " must be an absolute path below /, not \"" + path + "\"");
        }
        return path.normalize();
    }

    List<Path> both() {
        return List.of(data, run);
    }

    /** As mountinfo shows it: without symbolic links, as far as it exists. */
    static Path real(Path path) {
        Path parent = path.getParent();
        if (Files.exists(path) || parent == null) {
            try {
                return path.toRealPath();
            } catch (IOException e) {
                throw new EngineException(EngineException.Kind.UNAVAILABLE, "cannot resolve " + path + ": " + e, e);
            }
        }
        return real(parent).resolve(path.getFileName());
    }
}

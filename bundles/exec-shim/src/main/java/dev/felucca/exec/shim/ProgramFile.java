package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The file of a runtime. */
final class ProgramFile {
    private ProgramFile() {}

    /** Another one after an update of the program. */
    static List<Object> identity(OciDefinition runtime) {
        Path file = runtime.program();
        missing(runtime).ifPresent(why -> {
            throw EngineException.unavailable("runtime " + runtime.name() + ": " + why);
        });
        try {
            return List.of(file, Files.size(file), Files.getLastModifiedTime(file));
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Kind.UNAVAILABLE, "runtime " + runtime.name() + ": cannot look at " + file, e);
        }
    }

    /** Why it cannot be executed. */
    static Optional<String> missing(OciDefinition runtime) {
        Path file = runtime.program();
        if (!Files.exists(file)) {
            return Optional.of(file + " is not there; install it, or set \"path\" in the section \"exec.runtime~"
                    + runtime.name() + "\" of the configuration");
        }
        return Files.isRegularFile(file) && Files.isExecutable(file)
                ? Optional.empty()
                : Optional.of(file + " is no executable file; look at its mode");
    }
}

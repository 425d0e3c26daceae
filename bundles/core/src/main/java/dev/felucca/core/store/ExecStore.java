package dev.felucca.core.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.container.ExecInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The execs of containers that survive the engine, for the engine to come: {@code <run root>/execs/<container>/<exec>.json}. Volatile, so
 * nothing is synced; a record that cannot be written holds up no exec and is said in the log. Thread-safe.
 */
public final class ExecStore {
    private static final Logger LOG = LoggerFactory.getLogger(ExecStore.class);
    private static final ObjectMapper MAPPER = StoreJson.mapper();
    private static final String END = ".json";

    private final Path root;

    /** What a file holds; a newer format is left out. */
    record Stored(int formatVersion, ExecInfo exec) {
        static final int FORMAT = 1;
    }

    public ExecStore(EngineRoots roots) {
        root = roots.runRoot().resolve("execs");
    }

    private Path file(String container, String exec) {
        return root.resolve(container).resolve(exec + END);
    }

    /**
     * Writes a new record.
     *
     * @param wanted asked under the lock that {@link #forget(String)} takes too, so that nothing is written after it
     */
    public synchronized void begin(ExecInfo exec, BooleanSupplier wanted) {
        if (!wanted.getAsBoolean()) {
            return;
        }
        try {
            Files.createDirectories(
                    file(exec.containerId(), exec.id()).getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            write(exec);
        } catch (IOException e) {
            failed(exec, e);
        }
    }

    /** Replaces a record, if it is there still. */
    public synchronized void change(ExecInfo exec) {
        try {
            if (Files.exists(file(exec.containerId(), exec.id()))) {
                write(exec);
            }
        } catch (IOException e) {
            failed(exec, e);
        }
    }

    private void write(ExecInfo exec) throws IOException {
        Path file = file(exec.containerId(), exec.id());
        Path temporary = file.resolveSibling(exec.id() + ".tmp");
        try {
            Files.write(temporary, MAPPER.writeValueAsBytes(new Stored(Stored.FORMAT, exec)));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    private static void failed(ExecInfo exec, IOException e) {
        LOG.warn(
                "exec {} of container {} cannot be recorded; a next engine would not know it: {}",
                exec.id(),
                exec.containerId(),
                e.toString());
    }

    /** What is recorded of a container's execs. */
    public synchronized List<ExecInfo> of(String container) {
        List<ExecInfo> found = new ArrayList<>();
        try (var files = Files.newDirectoryStream(root.resolve(container), "*" + END)) {
            for (Path file : files) {
                Stored stored = MAPPER.readValue(file.toFile(), Stored.class);
                if (stored.formatVersion() <= Stored.FORMAT) {
                    found.add(stored.exec());
                }
            }
        } catch (NoSuchFileException e) {
            return found;
        } catch (IOException e) {
            LOG.error("the execs of container {} cannot be read: {}", container, e.toString());
        }
        return found;
    }

    public synchronized void forget(String container, String exec) {
        delete(file(container, exec));
    }

    /** Removes the records of containers that are not there any more. */
    public synchronized void retain(Predicate<String> isThere) {
        try (var dirs = Files.newDirectoryStream(root)) {
            for (Path dir : dirs) {
                if (!isThere.test(dir.getFileName().toString())) {
                    delete(dir);
                }
            }
        } catch (NoSuchFileException e) {
            LOG.debug("no execs are recorded");
        } catch (IOException e) {
            LOG.error("the records of execs cannot be read: {}", e.toString());
        }
    }

    public synchronized void forget(String container) {
        delete(root.resolve(container));
    }

    private static void delete(Path path) {
        try {
            ContainerStore.deleteTree(path);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", path, e.toString());
        }
    }
}

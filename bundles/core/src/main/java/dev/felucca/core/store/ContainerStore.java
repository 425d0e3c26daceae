package dev.felucca.core.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers on disk: one directory each, {@code config.json} in it written to a temporary name and renamed. A directory
 * without one is what an interrupted create left.
 */
public final class ContainerStore {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerStore.class);
    private static final ObjectMapper MAPPER = StoreJson.mapper();

    private final ContainerDirectories directories;
    private final String bootId;

    public ContainerStore(ContainerDirectories directories) {
        this.directories = directories;
        try {
            Files.createDirectories(directories.all());
            bootId =
                    Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw failed("open the container store", directories.all(), e);
        }
    }

    /** Makes the container's directory; what holds a name in it is the caller's. */
    public void prepare(String id) {
        try {
            Files.createDirectory(directories.of(id));
        } catch (IOException e) {
            throw failed("make the directory of container " + id, directories.of(id), e);
        }
    }

    /**
     * Writes the container. With {@code durable} it is on disk when this returns.
     *
     * @param stopped whether a user stopped it last
     */
    public void save(ContainerInfo container, boolean stopped, boolean durable) {
        Path file = directories.config(container.id());
        Path temporary = file.resolveSibling("config.json.tmp");
        try {
            byte[] json =
                    MAPPER.writeValueAsBytes(new StoredContainer(StoredContainer.FORMAT, bootId, stopped, container));
            try (FileChannel out = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(json);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
                if (durable) {
                    out.force(true);
                }
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            if (durable) {
                try (FileChannel dir = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
                    dir.force(true);
                }
            }
        } catch (IOException e) {
            throw failed("write container " + container.id(), file, e);
        }
    }

    /** What is stored, and what was interrupted is removed. A file that cannot be read is left alone and reported. */
    public List<Loaded> load() {
        List<Loaded> found = new ArrayList<>();
        try (Stream<Path> dirs = Files.list(directories.all())) {
            for (Path dir : dirs.toList()) {
                loadOne(dir, found);
            }
        } catch (IOException e) {
            throw failed("read the container store", directories.all(), e);
        }
        return found;
    }

    private void loadOne(Path dir, List<Loaded> found) {
        String id = dir.getFileName().toString();
        try {
            StoredContainer stored = MAPPER.readValue(directories.config(id).toFile(), StoredContainer.class);
            if (stored.formatVersion() > StoredContainer.FORMAT) {
                LOG.error("container {} was written by a newer engine (format {})", id, stored.formatVersion());
                return;
            }
            found.add(new Loaded(
                    stored.container(), stored.stopped(), stored.bootId().equals(bootId)));
        } catch (NoSuchFileException | java.io.FileNotFoundException e) {
            LOG.warn("removing container {}: its creation was interrupted", id);
            delete(id);
        } catch (IOException e) {
            LOG.error("container {} cannot be read and is left out: {}", id, e.getMessage());
        }
    }

    /** Removes everything of the container. Missing is no error. */
    public void delete(String id) {
        Path dir = directories.of(id);
        try {
            deleteTree(dir);
        } catch (IOException e) {
            throw failed("remove the directory of container " + id, dir, e);
        }
    }

    /** Removes a tree of the engine's own without following links. */
    public static void deleteTree(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> children = Files.list(path)) {
                for (Path child : children.toList()) {
                    deleteTree(child);
                }
            }
        }
        Files.deleteIfExists(path);
    }

    private static EngineException failed(String what, Path path, IOException e) {
        // most say their path first
        String why = e.getMessage() == null ? e.toString() : e.getMessage();
        return EngineException.internal(
                "cannot " + what + ": " + (why.startsWith(path + ": ") ? why : path + ": " + why), e);
    }

    /** @param sameBoot whether the state was written since the machine started */
    public record Loaded(ContainerInfo container, boolean stopped, boolean sameBoot) {}
}

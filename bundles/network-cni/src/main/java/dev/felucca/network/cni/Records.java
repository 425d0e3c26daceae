package dev.felucca.network.cni;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns {@code <data root>/cni}: a file for each attachment, from before its ADD until after its DEL. */
final class Records {
    private static final Logger LOG = LoggerFactory.getLogger(Records.class);
    private static final String SUFFIX = ".json";

    private final Path directory;

    Records(Path dataRoot) {
        directory = dataRoot.resolve("cni");
    }

    private Path file(String id) {
        return directory.resolve(id + SUFFIX);
    }

    void write(Attachment a) {
        Path temporary = directory.resolve(a.id() + ".tmp");
        try {
            Files.createDirectories(directory);
            Files.write(temporary, ConfList.MAPPER.writeValueAsBytes(a.toJson()));
            Files.move(temporary, file(a.id()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("write", file(a.id()), e);
        }
    }

    Optional<Attachment> read(String id) {
        try {
            return Optional.of(Attachment.parse(id, ConfList.MAPPER.readTree(Files.readAllBytes(file(id)))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read", file(id), e);
        }
    }

    void delete(String id) {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            throw failed("remove", file(id), e);
        }
    }

    List<Attachment> all() {
        List<Attachment> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path f : files) {
                String name = String.valueOf(f.getFileName());
                try {
                    read(name.substring(0, name.length() - SUFFIX.length())).ifPresent(found::add);
                } catch (EngineException e) {
                    LOG.error("{} is left out: {}", f, e.message());
                }
            }
            return found;
        } catch (NoSuchFileException e) {
            return found;
        } catch (IOException e) {
            throw failed("read", directory, e);
        }
    }

    private static EngineException failed(String what, Path path, IOException e) {
        return EngineException.internal("cannot " + what + " " + path + ": " + e.getMessage(), e);
    }
}

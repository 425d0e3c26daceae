package dev.felucca.shell.transport;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the lines of interactive shells are kept: {@code .felucca_history} in the caller's home, for its owner only. */
final class HistoryFile {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryFile.class);

    /** The oldest lines beyond these go. */
    static final int LINES = 1000;

    private HistoryFile() {}

    /** Empty for a caller without a home, and if something else is in the file's place. */
    static Optional<Path> of(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        if (!home.startsWith("/") || !Files.isDirectory(Path.of(home))) return Optional.empty();
        Path file = Path.of(home, ".felucca_history");
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                LOG.warn("{} is no regular file: the shell keeps no history", file);
                return Optional.empty();
            }
        } catch (IOException e) {
            LOG.warn("the shell keeps no history: {}", e.toString());
            return Optional.empty();
        }
        return Optional.of(file);
    }
}

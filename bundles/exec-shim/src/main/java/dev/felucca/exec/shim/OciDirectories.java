package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;

/**
 * {@code oci/<id>/} below the run root, one a container: a runtime bundle ({@code config.json}, {@code rootfs}), the runtime's own
 * {@code state}, and short-lived files of its commands.
 */
final class OciDirectories {
    private final Path root;

    OciDirectories(Path runRoot) {
        root = runRoot.resolve("oci");
    }

    /** One container's. */
    record Bundle(Path path) {
        Path rootfs() {
            return path.resolve("rootfs");
        }

        Path config() {
            return path.resolve("config.json");
        }

        Path state() {
            return path.resolve("state");
        }

        boolean exists() {
            return Files.isDirectory(path);
        }

        /** A new file for one command. */
        Path file(String kind, byte[] content) {
            try {
                return Files.write(Files.createTempFile(path, kind, ""), content);
            } catch (IOException e) {
                throw failed("write a file in " + path, e);
            }
        }

        void write(byte[] config) {
            try {
                Files.write(config(), config);
            } catch (IOException e) {
                throw failed("write " + config(), e);
            }
        }

        /** What a command wrote; empty if there is nothing. */
        static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (NoSuchFileException e) {
                return "";
            } catch (IOException e) {
                throw failed("read " + file, e);
            }
        }

        static void drop(Path file) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw failed("remove " + file, e);
            }
        }
    }

    Bundle of(String containerId) {
        return new Bundle(root.resolve(containerId));
    }

    /** Makes the directory anew. */
    Bundle make(String containerId) {
        remove(containerId);
        Bundle b = of(containerId);
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        try {
            Files.createDirectories(b.rootfs(), mode);
            Files.createDirectory(b.state(), mode);
        } catch (IOException e) {
            throw failed("make " + b.path(), e);
        }
        return b;
    }

    /** The root filesystem is mounted in the shim's mount namespace only: here its directory is empty. */
    void remove(String containerId) {
        Path dir = of(containerId).path();
        if (!Files.isDirectory(dir)) {
            return;
        }
        try (var files = Files.walk(dir)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path p : all) {
                Files.deleteIfExists(p);
            }
        } catch (IOException e) {
            throw failed("remove " + dir, e);
        }
    }

    private static EngineException failed(String what, IOException e) {
        return new EngineException(EngineException.Kind.UNAVAILABLE, "cannot " + what + ": " + e, e);
    }
}

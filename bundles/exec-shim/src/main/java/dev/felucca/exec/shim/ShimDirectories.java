package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Processes;
import dev.felucca.door.shim.Shim;
import dev.felucca.door.shim.ShimExit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * {@code shim/<id>/} below the run root, one a container: {@code record} (this class's: who the shim is, written before it holds
 * anything), {@code socket} and {@code exit} (the shim's).
 */
final class ShimDirectories {
    private static final String RECORD = "record";

    private final Path root;

    ShimDirectories(Path runRoot) {
        root = runRoot.resolve("shim");
    }

    /** Who holds a container. */
    record Holding(int pid, long startTime, String bootId, String runtime) {
        private static final int FORMAT = 1;

        private String text() {
            return FORMAT + " " + pid + " " + startTime + " " + bootId + " " + runtime + "\n";
        }

        private static Holding parse(Path file, String text) {
            String[] f = text.strip().split(" ");
            if (f.length != 5 || !f[0].equals("" + FORMAT)) {
                throw EngineException.internal(file + " is no record of a shim: " + text, null);
            }
            return new Holding(Integer.parseInt(f[1]), Long.parseLong(f[2]), f[3], f[4]);
        }
    }

    Path of(String containerId) {
        return root.resolve(containerId);
    }

    Path socket(String containerId) {
        return of(containerId).resolve("socket");
    }

    /** Makes the directory, anew, with its record. */
    void make(String containerId, Shim shim, String runtime) {
        remove(containerId);
        Path dir = of(containerId);
        Holding record = new Holding(
                shim.link().pid(), shim.startTime(), Processes.bootId().strip(), runtime);
        try {
            Files.createDirectories(
                    dir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.writeString(dir.resolve(RECORD), record.text());
        } catch (IOException e) {
            throw failed("make " + dir, e);
        }
    }

    Fd open(String containerId) {
        return Descriptors.open(of(containerId).toString(), Descriptors.O_RDONLY | Descriptors.O_DIRECTORY);
    }

    Optional<Holding> record(String containerId) {
        Path file = of(containerId).resolve(RECORD);
        return read(file).map(text -> Holding.parse(file, text));
    }

    /** What the shim recorded of init's end. */
    Optional<ShimExit> exit(String containerId) {
        return read(of(containerId).resolve("exit")).flatMap(ShimExit::parse);
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read " + file, e);
        }
    }

    void remove(String containerId) {
        Path dir = of(containerId);
        try {
            try (var files = Files.newDirectoryStream(dir)) {
                for (Path p : files) {
                    Files.deleteIfExists(p);
                }
            }
            Files.delete(dir);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw failed("remove " + dir, e);
        }
    }

    private static EngineException failed(String what, IOException e) {
        return new EngineException(EngineException.Kind.UNAVAILABLE, "cannot " + what + ": " + e, e);
    }
}

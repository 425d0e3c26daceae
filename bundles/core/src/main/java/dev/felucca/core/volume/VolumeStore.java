package dev.felucca.core.volume;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.volume.VolumeInfo;
import dev.felucca.core.store.ContainerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Volumes of the local driver: {@code <data root>/volumes/<name>/_data}, with an empty file {@code anonymous} beside it if
 * nobody named it, and its labels in {@code volume.json}. Which containers use a volume is counted here; a used one is not removed. Thread-safe.
 */
public final class VolumeStore {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path volumes;
    private final Map<String, Set<String>> users = new HashMap<>();

    public VolumeStore(EngineRoots roots) {
        volumes = roots.dataRoot().resolve("volumes");
        try {
            Files.createDirectories(volumes);
        } catch (IOException e) {
            throw EngineException.internal("cannot make " + volumes + ": " + e.getMessage(), e);
        }
    }

    public static String anonymousName() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Makes the volume if it is not there, and counts the container as a user.
     *
     * @return whether it was made now
     */
    public synchronized boolean use(String name, boolean anonymous, String containerId) {
        check(name);
        boolean made = !Files.isDirectory(data(name));
        if (made) {
            make(name, anonymous, Map.of());
        }
        users.computeIfAbsent(name, n -> new HashSet<>()).add(containerId);
        return made;
    }

    /** Counts a container that was loaded from disk. */
    public synchronized void register(String name, String containerId) {
        users.computeIfAbsent(name, n -> new HashSet<>()).add(containerId);
    }

    private static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw EngineException.invalid("invalid volume name \"" + name
                    + "\": only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed; for a host directory give an absolute path");
        }
    }

    /** All volumes, by name. */
    public List<VolumeInfo> list() {
        try (Stream<Path> dirs = Files.list(volumes)) {
            return dirs.map(d -> d.getFileName().toString())
                    .filter(name -> Files.isDirectory(data(name)))
                    .sorted()
                    .map(this::info)
                    .toList();
        } catch (IOException e) {
            throw EngineException.internal("cannot read " + volumes + ": " + e.getMessage(), e);
        }
    }

    /** @throws EngineException NOT_FOUND */
    public VolumeInfo get(String name) {
        if (!NAME.matcher(name).matches() || !Files.isDirectory(data(name))) {
            throw EngineException.notFound("get " + name + ": no such volume");
        }
        return info(name);
    }

    private synchronized VolumeInfo info(String name) {
        Path dir = volumes.resolve(name);
        try {
            return new VolumeInfo(
                    name,
                    created(dir),
                    Files.exists(dir.resolve("anonymous")),
                    VolumeRecord.read(dir).labels(),
                    data(name),
                    users.getOrDefault(name, Set.of()));
        } catch (NoSuchFileException e) {
            throw new EngineException(EngineException.Kind.NOT_FOUND, "get " + name + ": no such volume", e);
        } catch (IOException e) {
            throw EngineException.internal("cannot read volume " + name + ": " + e.getMessage(), e);
        }
    }

    /** The directory is made with the volume; a filesystem that does not know keeps its last change. */
    private static Instant created(Path dir) throws IOException {
        return Files.readAttributes(dir, BasicFileAttributes.class)
                .creationTime()
                .toInstant();
    }

    /**
     * Makes a volume that no container uses.
     *
     * @return whether it was made now
     * @throws EngineException CONFLICT if there is one with other labels
     */
    public synchronized boolean create(String name, boolean anonymous, Map<String, String> labels) {
        check(name);
        if (Files.isDirectory(data(name))) {
            if (!VolumeRecord.read(volumes.resolve(name)).labels().equals(labels)) {
                throw EngineException.conflict("a volume named " + name + " exists, with other labels");
            }
            return false;
        }
        make(name, anonymous, labels);
        return true;
    }

    private void make(String name, boolean anonymous, Map<String, String> labels) {
        Path dir = volumes.resolve(name);
        try {
            Files.createDirectories(dir);
            if (anonymous) {
                Files.write(dir.resolve("anonymous"), new byte[0]);
            }
            if (!labels.isEmpty()) {
                new VolumeRecord(VolumeRecord.FORMAT, labels).write(dir);
            }
            // the content's directory last: without it there is no volume
            Files.createDirectories(data(name));
        } catch (IOException e) {
            throw EngineException.internal("cannot make volume " + name + ": " + e.getMessage(), e);
        }
    }

    /** @throws EngineException CONFLICT with the containers that use it; NOT_FOUND */
    public synchronized void remove(String name) {
        Set<String> using = get(name).users();
        if (!using.isEmpty()) {
            throw EngineException.conflict("remove " + name + ": volume is in use - "
                    + using.stream().sorted().toList());
        }
        delete(name);
    }

    private void delete(String name) {
        try {
            ContainerStore.deleteTree(volumes.resolve(name));
        } catch (IOException e) {
            throw EngineException.internal("cannot remove volume " + name + ": " + e.getMessage(), e);
        }
    }

    /** Where the volume's content is. */
    public Path data(String name) {
        return volumes.resolve(name).resolve("_data");
    }

    /** Ends a container's use; with {@code removeAnonymous} an anonymous volume that nobody uses any more is removed. */
    public synchronized void release(String name, String containerId, boolean removeAnonymous) {
        Set<String> left = users.get(name);
        if (left != null) {
            left.remove(containerId);
            if (left.isEmpty()) {
                users.remove(name);
            }
        }
        if (removeAnonymous
                && !users.containsKey(name)
                && Files.exists(volumes.resolve(name).resolve("anonymous"))) {
            delete(name);
        }
    }
}

package dev.felucca.core.volume;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.core.store.ContainerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Volumes of the local driver: {@code <data root>/volumes/<name>/_data}, with an empty file {@code anonymous} beside it if
 * nobody named it. Which containers use a volume is counted here; a used one is not removed. Thread-safe.
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
        if (!NAME.matcher(name).matches()) {
            throw EngineException.invalid("invalid volume name \"" + name
                    + "\": only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed; for a host directory give an absolute path");
        }
        boolean made = false;
        try {
            Path dir = volumes.resolve(name);
            if (!Files.isDirectory(data(name))) {
                Files.createDirectories(data(name));
                made = true;
                if (anonymous) {
                    Files.write(dir.resolve("anonymous"), new byte[0]);
                }
            }
        } catch (IOException e) {
            throw EngineException.internal("cannot make volume " + name + ": " + e.getMessage(), e);
        }
        users.computeIfAbsent(name, n -> new HashSet<>()).add(containerId);
        return made;
    }

    /** Counts a container that was loaded from disk. */
    public synchronized void register(String name, String containerId) {
        users.computeIfAbsent(name, n -> new HashSet<>()).add(containerId);
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
        Path dir = volumes.resolve(name);
        if (removeAnonymous && !users.containsKey(name) && Files.exists(dir.resolve("anonymous"))) {
            try {
                ContainerStore.deleteTree(dir);
            } catch (IOException e) {
                throw EngineException.internal("cannot remove volume " + name + ": " + e.getMessage(), e);
            }
        }
    }
}

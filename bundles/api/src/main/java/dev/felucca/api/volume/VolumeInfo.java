package dev.felucca.api.volume;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * A volume as it is now. Immutable.
 *
 * @param name 64 hexadecimal digits for one that nobody named
 * @param anonymous whether it goes with the last container that uses it, if that is removed with its volumes
 * @param path where its content is, on this host
 * @param users ids of the containers that use it
 */
public record VolumeInfo(
        String name, Instant created, boolean anonymous, Map<String, String> labels, Path path, Set<String> users) {
    public VolumeInfo {
        labels = Map.copyOf(labels);
        users = Set.copyOf(users);
    }
}

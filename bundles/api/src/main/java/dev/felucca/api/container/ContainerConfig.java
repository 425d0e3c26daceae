package dev.felucca.api.container;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a container runs: the part that moves with the image. Null means: as the image says, or the default.
 *
 * @param image reference or id
 * @param cmd arguments; null for the image's own
 * @param entrypoint null for the image's own, an empty list for none
 * @param env {@code NAME=value}; a bare NAME removes what the image set
 * @param user {@code user[:group]}, by name or number; null for the image's
 * @param stdinOnce standard input ends when the client that attached at start ends it
 * @param stopTimeoutSeconds seconds between stop's signal and SIGKILL; null for 10
 */
public record ContainerConfig(
        String image,
        @Nullable List<String> cmd,
        @Nullable List<String> entrypoint,
        List<String> env,
        @Nullable String workingDir,
        @Nullable String user,
        @Nullable String hostname,
        String domainname,
        boolean tty,
        boolean openStdin,
        boolean stdinOnce,
        Map<String, String> labels,
        Set<String> exposedPorts,
        Set<String> volumes,
        @Nullable String stopSignal,
        @Nullable Integer stopTimeoutSeconds,
        @Nullable Healthcheck healthcheck) {
    public ContainerConfig {
        env = Resources.orEmpty(env);
        labels = Map.copyOf(labels);
        exposedPorts = Set.copyOf(exposedPorts);
        volumes = Set.copyOf(volumes);
    }
}

package dev.felucca.api.image;

import dev.felucca.api.container.Healthcheck;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an image asks of its containers: the {@code config} object of the OCI image configuration. */
public record ImageConfig(
        String user,
        Set<String> exposedPorts,
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        Set<String> volumes,
        String workingDir,
        Map<String, String> labels,
        @Nullable String stopSignal,
        @Nullable Healthcheck healthcheck) {
    public ImageConfig {
        exposedPorts = Set.copyOf(exposedPorts);
        env = List.copyOf(env);
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        volumes = Set.copyOf(volumes);
        labels = Map.copyOf(labels);
    }

    /** An image that asks for nothing. */
    public static final ImageConfig EMPTY =
            new ImageConfig("", Set.of(), List.of(), List.of(), List.of(), Set.of(), "", Map.of(), null, null);
}

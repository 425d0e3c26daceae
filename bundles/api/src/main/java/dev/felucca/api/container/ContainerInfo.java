package dev.felucca.api.container;

import dev.felucca.api.network.Endpoint;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An immutable snapshot of a container.
 *
 * @param id 64 hexadecimal digits
 * @param name without a leading slash
 * @param imageId digest of the image it was made from
 * @param image the reference it was asked for with
 * @param path the program, and args its arguments, after the image's entrypoint and cmd were applied
 * @param mounts what is mounted, anonymous volumes with their names
 * @param endpoints its connections to networks while it runs; none else
 * @param storage name of the storage driver that holds its read-write layer; cgroup, namespace and runtime likewise
 */
public record ContainerInfo(
        String id,
        String name,
        Instant created,
        String imageId,
        String image,
        String path,
        List<String> args,
        ContainerConfig config,
        HostConfig hostConfig,
        ContainerState state,
        List<VolumeMount> mounts,
        String storage,
        String cgroup,
        String namespace,
        String runtime,
        int restartCount,
        Path logPath,
        Path hostnamePath,
        Path hostsPath,
        Path resolvConfPath,
        @Nullable String cgroupsPath,
        List<Endpoint> endpoints) {
    public ContainerInfo {
        args = List.copyOf(args);
        mounts = List.copyOf(mounts);
        endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
    }

    /** The first 12 digits of the id. */
    public String shortId() {
        return id.substring(0, 12);
    }
}

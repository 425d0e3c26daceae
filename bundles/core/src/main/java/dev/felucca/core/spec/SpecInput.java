package dev.felucca.core.spec;

import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.image.ImageConfig;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxTimeOffset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What one run of a container is made of.
 *
 * @param args program and arguments, entrypoint and command already put together
 * @param namespaces as the namespace strategy gave them; a type that is absent is the host's
 * @param cgroupsPath as the cgroup manager gave it
 * @param mounts what users and images asked for, resolved: the source of a bind or volume is an existing absolute host path
 * @param hostname the one in effect; for the host's UTS namespace, the host's
 * @param hostnameFile appears as /etc/hostname; {@code hostsFile} and {@code resolvConfFile} likewise
 * @param linkVariables where linked containers are
 */
public record SpecInput(
        String containerId,
        ContainerConfig config,
        HostConfig host,
        ImageConfig image,
        List<String> args,
        List<LinuxNamespace> namespaces,
        String cgroupsPath,
        List<VolumeMount> mounts,
        String hostname,
        Path hostnameFile,
        Path hostsFile,
        Path resolvConfFile,
        Map<String, LinuxTimeOffset> timeOffsets,
        List<String> linkVariables) {
    public SpecInput {
        args = List.copyOf(args);
        namespaces = List.copyOf(namespaces);
        mounts = List.copyOf(mounts);
        timeOffsets = Map.copyOf(timeOffsets);
        linkVariables = List.copyOf(linkVariables);
    }
}

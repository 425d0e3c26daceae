package dev.felucca.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.image.ImageConfig;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.api.spec.LinuxNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Configurations for tests: plain ones, and plain ones with fields given as JSON. */
final class Samples {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A host with all capabilities of Linux 6.18, four CPUs, two nodes, and two devices. */
    static final HostFacts HOST = new HostFacts(
            CapabilityNames.ofStatus("CapBnd:\t000001ffffffffff\n"),
            () -> "0-3",
            () -> "0-1",
            path -> path.startsWith("/proc/sys/net/ipv4/"),
            () -> List.of(
                    new HostDevices.Node(Path.of("/dev/kmsg"), "c", 1, 11, 0644, 0, 0),
                    new HostDevices.Node(Path.of("/dev/vda"), "b", 254, 0, 0660, 0, 6)));

    static final ImageConfig BUSYBOX = new ImageConfig(
            "",
            Set.of(),
            List.of("PATH=/bin:/usr/bin", "LANG=C.UTF-8"),
            List.of(),
            List.of("sh"),
            Set.of(),
            "",
            Map.of(),
            null,
            null);

    private Samples() {}

    static ContainerConfig config() {
        return new ContainerConfig(
                "busybox", null, null, List.of(), null, null, null, "", false, false, false, Map.of(), Set.of(),
                Set.of(), null, null, null);
    }

    static HostConfig host() {
        return new HostConfig(
                "",
                "",
                "",
                "",
                "",
                false,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                Resources.NONE,
                "",
                null,
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                Map.of(),
                null,
                null,
                false,
                RestartPolicy.NO,
                false,
                NetworkOptions.none(),
                List.of(),
                false);
    }

    /** With fields such as {@code {"tty": true}}. */
    static ContainerConfig config(String json) {
        return with(config(), ContainerConfig.class, json);
    }

    static HostConfig host(String json) {
        return with(host(), HostConfig.class, json);
    }

    static VolumeMount bind(String source, String target, boolean readOnly, @Nullable String propagation) {
        return new VolumeMount("bind", source, target, readOnly, propagation, true, false, "");
    }

    static VolumeMount tmpfs(String target, String options) {
        return new VolumeMount("tmpfs", "", target, false, null, false, false, options);
    }

    static SpecInput input(ContainerConfig config, HostConfig host, VolumeMount... mounts) {
        NamespaceRequest request = NamespacePlan.request("0123456789ab", host, false, name -> 4711);
        List<LinuxNamespace> namespaces = Arrays.stream(dev.felucca.api.spec.LinuxNamespaceType.values())
                .filter(t -> request.fresh().contains(t) || request.joined().containsKey(t))
                .map(t -> new LinuxNamespace(t, request.joined().get(t)))
                .toList();
        return new SpecInput(
                "0123456789ab",
                config,
                host,
                BUSYBOX,
                List.of("sh"),
                namespaces,
                "/felucca/0123456789ab",
                List.of(mounts),
                "0123456789ab",
                Path.of("/var/lib/felucca/containers/0123456789ab/hostname"),
                Path.of("/var/lib/felucca/containers/0123456789ab/hosts"),
                Path.of("/var/lib/felucca/containers/0123456789ab/resolv.conf"),
                request.timeOffsets(),
                List.of());
    }

    private static <T> T with(T plain, Class<T> type, String json) {
        try {
            ObjectNode tree = MAPPER.valueToTree(plain);
            merge(tree, MAPPER.readTree(json.replace('\'', '"')));
            return MAPPER.treeToValue(tree, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void merge(ObjectNode tree, JsonNode changes) {
        changes.properties().forEach(field -> {
            JsonNode old = tree.get(field.getKey());
            if (old == null) {
                throw new IllegalArgumentException("no such field: " + field.getKey());
            }
            if (field.getKey().equals("resources")) {
                merge((ObjectNode) old, field.getValue());
            } else {
                tree.set(field.getKey(), field.getValue());
            }
        });
    }
}

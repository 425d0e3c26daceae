package dev.felucca.docker.json;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.DeviceMapping;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.container.Ulimit;
import dev.felucca.api.network.NetworkAttachment;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.api.network.PortBinding;
import dev.felucca.api.spec.Box;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the HostConfig object of a request. */
final class HostBody {
    private static final String TIME = "felucca.time.";

    private final Fields f;

    HostBody(Fields f) {
        this.f = f;
    }

    @Nullable
    Box consoleSize() {
        var size = f.raw("ConsoleSize");
        if (size == null || !size.isArray() || size.size() != 2) {
            return null;
        }
        int rows = size.get(0).asInt();
        int columns = size.get(1).asInt();
        return rows > 0 && columns > 0 ? new Box(rows, columns) : null;
    }

    /**
     * @param mac of the old field for it, or null
     * @param networks endpoints by name; what they say of the network mode's is taken over
     */
    HostConfig parse(boolean noNetwork, @Nullable String mac, Map<String, NetworkOptions> networks, boolean tty) {
        f.told("ContainerIDFile");
        only("VolumeDriver", "local");
        only("UsernsMode", "host");
        only("Isolation", "default");
        String mode = noNetwork ? "none" : f.text("NetworkMode", "default");
        if (noNetwork) {
            f.told("NetworkMode");
        }
        Map<String, String> annotations = new LinkedHashMap<>(f.map("Annotations"));
        Map<String, Long> clocks = clocks(annotations);
        HostConfig config = new HostConfig(
                mode,
                f.text("PidMode", ""),
                f.text("IpcMode", "private"),
                f.text("UTSMode", ""),
                f.text("CgroupnsMode", "private"),
                f.flag("Privileged"),
                f.flag("ReadonlyRootfs"),
                f.texts("CapAdd"),
                f.texts("CapDrop"),
                f.texts("SecurityOpt"),
                f.texts("GroupAdd"),
                new MountsBody(f).mounts(),
                f.texts("VolumesFrom"),
                devices(),
                ulimits(),
                f.map("Sysctls"),
                ResourcesBody.parse(f),
                f.text("CgroupParent", ""),
                f.textOrNull("Runtime"),
                annotations,
                log(),
                f.texts("ExtraHosts"),
                f.texts("Dns"),
                f.texts("DnsSearch"),
                f.texts("DnsOptions"),
                f.positive("ShmSize"),
                oomScore(),
                clocks,
                f.textsOrNull("MaskedPaths"),
                f.textsOrNull("ReadonlyPaths"),
                f.flag("AutoRemove"),
                restart(f.object("RestartPolicy")),
                f.flag("Init"),
                network(mode, mac, networks),
                further(mode, networks),
                false);
        f.done();
        return config;
    }

    /** A field of which there is one value here. */
    private void only(String name, String allowed) {
        String value = f.text(name, "");
        if (!value.isEmpty() && !value.equals(allowed)) {
            throw EngineException.unsupported("not supported: HostConfig." + name + " " + value);
        }
    }

    private @Nullable Integer oomScore() {
        Integer score = f.integer("OomScoreAdj");
        return score == null || score == 0 ? null : score;
    }

    /** Null for an empty name, which leaves the policy as it is. */
    static @Nullable RestartPolicy restartOrNull(Fields policy) {
        String name = policy.text("Name", "");
        return name.isEmpty() ? null : restart(name, policy);
    }

    private static RestartPolicy restart(@Nullable Fields policy) {
        if (policy == null) {
            return RestartPolicy.NO;
        }
        return restart(policy.text("Name", "no"), policy);
    }

    private static RestartPolicy restart(String name, Fields policy) {
        Integer count = policy.integer("MaximumRetryCount");
        policy.done();
        for (RestartPolicy.When when : RestartPolicy.When.values()) {
            if (when.word().equals(name)) {
                return new RestartPolicy(when, count == null ? 0 : count);
            }
        }
        throw EngineException.invalid("invalid restart policy: unknown policy '" + name
                + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
    }

    private Map<String, String> log() {
        Fields log = f.object("LogConfig");
        if (log == null) {
            return Map.of();
        }
        String type = log.text("Type", "json-file");
        if (!type.equals("json-file")) {
            throw EngineException.unsupported("not supported: log driver " + type + "; there is json-file");
        }
        Map<String, String> options = log.map("Config");
        log.done();
        return options;
    }

    private List<DeviceMapping> devices() {
        List<DeviceMapping> all = new ArrayList<>();
        for (Fields d : f.objects("Devices")) {
            String host = d.text("PathOnHost", "");
            all.add(new DeviceMapping(host, d.text("PathInContainer", host), d.text("CgroupPermissions", "rwm")));
            d.done();
        }
        return all;
    }

    private List<Ulimit> ulimits() {
        List<Ulimit> all = new ArrayList<>();
        for (Fields u : f.objects("Ulimits")) {
            Long soft = u.number("Soft");
            Long hard = u.number("Hard");
            all.add(new Ulimit(u.text("Name", ""), soft == null ? 0 : soft, hard == null ? 0 : hard));
            u.done();
        }
        return all;
    }

    /** The offsets of a time namespace, which docker has no field for. */
    private static Map<String, Long> clocks(Map<String, String> annotations) {
        Map<String, Long> clocks = new LinkedHashMap<>();
        for (String clock : List.of("monotonic", "boottime")) {
            String seconds = annotations.remove(TIME + clock);
            if (seconds == null) {
                continue;
            }
            if (!seconds.matches("-?\\d{1,12}")) {
                throw EngineException.invalid(
                        "invalid annotation " + TIME + clock + "=" + seconds + ": give a whole number of seconds");
            }
            clocks.put(clock, Long.valueOf(seconds));
        }
        return clocks;
    }

    /** The networks beside that of the network mode. */
    private static List<NetworkAttachment> further(String mode, Map<String, NetworkOptions> networks) {
        String main = mode.equals("default") ? "bridge" : mode;
        List<NetworkAttachment> all = new ArrayList<>();
        networks.forEach((name, options) -> {
            if (!name.equals(mode) && !name.equals(main)) {
                all.add(new NetworkAttachment(name, options));
            }
        });
        return all;
    }

    private NetworkOptions network(String mode, @Nullable String mac, Map<String, NetworkOptions> networks) {
        List<PortBinding> ports = PortsBody.parse(f.namedObjects("PortBindings"));
        boolean all = f.flag("PublishAllPorts");
        List<String> links = new ArrayList<>(f.texts("Links"));
        NetworkOptions own = networks.get(mode);
        if (own == null && mode.equals("default")) {
            own = networks.get("bridge");
        }
        if (own == null) {
            return new NetworkOptions(ports, all, null, null, mac, List.of(), links);
        }
        links.addAll(own.links());
        return new NetworkOptions(
                ports, all, own.ipv4(), own.ipv6(), own.mac() == null ? mac : own.mac(), own.aliases(), links);
    }
}

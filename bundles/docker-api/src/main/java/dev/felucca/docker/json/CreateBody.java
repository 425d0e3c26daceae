package dev.felucca.docker.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.Healthcheck;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.api.spec.Box;
import dev.felucca.json.ApiJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request to create a container.
 *
 * @param consoleSize of a terminal, at the start; null if none was given
 */
public record CreateBody(ContainerConfig config, HostConfig host, @Nullable Box consoleSize) {

    /** @throws EngineException INVALID for what is malformed, UNSUPPORTED with the name of a field that cannot be done */
    public static CreateBody parse(JsonNode body) {
        Fields f = Fields.of(body, "");
        Fields host = f.object("HostConfig");
        Fields networking = f.object("NetworkingConfig");
        // what a client joins is told again by its attach request
        f.told("AttachStdin", "AttachStdout", "AttachStderr", "ArgsEscaped", "OnBuild", "Shell");
        String mac = f.textOrNull("MacAddress");
        boolean noNetwork = f.flag("NetworkDisabled");
        ContainerConfig config = config(f);
        f.done();
        HostBody h = new HostBody(host == null ? Fields.of(ApiJson.object(), "HostConfig") : host);
        Box console = h.consoleSize();
        Map<String, NetworkOptions> networks = networks(networking);
        HostConfig hostConfig = h.parse(noNetwork, mac, networks, config.tty());
        return new CreateBody(config, hostConfig, console);
    }

    /** The configuration that containers and images share; what it names is taken. */
    static ContainerConfig config(Fields f) {
        Set<String> volumes = f.set("Volumes");
        Integer stopTimeout = f.integer("StopTimeout");
        String image = f.text("Image", "");
        return new ContainerConfig(
                image,
                f.textsOrNull("Cmd"),
                entrypoint(f.textsOrNull("Entrypoint")),
                f.texts("Env"),
                f.textOrNull("WorkingDir"),
                f.textOrNull("User"),
                f.textOrNull("Hostname"),
                f.text("Domainname", ""),
                f.flag("Tty"),
                f.flag("OpenStdin"),
                f.flag("StdinOnce"),
                f.map("Labels"),
                f.set("ExposedPorts"),
                volumes,
                f.textOrNull("StopSignal"),
                stopTimeout,
                health(f.object("Healthcheck")));
    }

    /** An empty list is the image's own; one empty string is none at all. */
    private static @Nullable List<String> entrypoint(@Nullable List<String> given) {
        if (given == null || given.isEmpty()) {
            return null;
        }
        return given.size() == 1 && given.get(0).isEmpty() ? List.of() : given;
    }

    static @Nullable Healthcheck health(@Nullable Fields f) {
        if (f == null) {
            return null;
        }
        Healthcheck health = new Healthcheck(
                f.textsOrNull("Test"),
                f.positive("Interval"),
                f.positive("Timeout"),
                f.positive("StartPeriod"),
                f.has("Retries") ? f.integer("Retries") : null,
                f.positive("StartInterval"));
        f.done();
        return health;
    }

    private static Map<String, NetworkOptions> networks(@Nullable Fields networking) {
        Map<String, NetworkOptions> networks = new LinkedHashMap<>();
        if (networking == null) {
            return networks;
        }
        networking.named("EndpointsConfig").forEach((name, f) -> networks.put(name, endpoint(f)));
        networking.done();
        return networks;
    }

    /** The wishes of a container for one network. */
    public static NetworkOptions endpoint(@Nullable Fields f) {
        if (f == null) {
            return NetworkOptions.none();
        }
        // what inspect said of an earlier endpoint, sent back
        f.told("NetworkID", "EndpointID", "Gateway", "IPAddress", "IPPrefixLen", "IPv6Gateway", "GlobalIPv6Address");
        f.told("GlobalIPv6PrefixLen", "DNSNames");
        Fields ipam = f.object("IPAMConfig");
        String ipv4 = null;
        String ipv6 = null;
        if (ipam != null) {
            ipv4 = ipam.textOrNull("IPv4Address");
            ipv6 = ipam.textOrNull("IPv6Address");
            ipam.done();
        }
        NetworkOptions options = new NetworkOptions(
                List.of(), false, ipv4, ipv6, f.textOrNull("MacAddress"), f.texts("Aliases"), f.texts("Links"));
        f.done();
        return options;
    }
}

package dev.felucca.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkAttachment;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkInfo.Subnet;
import dev.felucca.api.network.NetworkOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Networks and endpoints. */
public final class NetworkJson {
    private static final List<String> PREDEFINED = List.of("host", "none");

    private NetworkJson() {}

    /** The NetworkSettings object of a container. */
    static ObjectNode settings(ContainerInfo c, ApiVersion version) {
        ObjectNode o = ApiJson.object();
        o.put("Bridge", "");
        o.put("SandboxID", "");
        o.put("SandboxKey", "");
        o.set("Ports", PortsJson.settings(c));
        // the fields of the first API, for the network bridge alone
        Endpoint bridge = c.endpoints().stream()
                .filter(e -> e.networkName().equals("bridge"))
                .findFirst()
                .orElse(null);
        o.put("EndpointID", bridge == null ? "" : bridge.id());
        address(o, bridge);
        o.put("MacAddress", bridge == null ? "" : bridge.mac());
        o.set("Networks", endpoints(c, version));
        return o;
    }

    /** By network; one that does not run shows what it will be connected to. */
    static ObjectNode endpoints(ContainerInfo c, ApiVersion version) {
        ObjectNode networks = ApiJson.object();
        for (Endpoint e : c.endpoints()) {
            endpoint(networks.putObject(e.networkName()), e, NetworkOptions.none(), version);
        }
        if (c.endpoints().isEmpty()) {
            String mode = c.hostConfig().networkMode();
            if (mode.equals("default")) {
                mode = "bridge";
            }
            if (!mode.startsWith("container:") && !c.hostConfig().mainDisconnected()) {
                endpoint(networks.putObject(mode), null, c.hostConfig().network(), version);
            }
            for (NetworkAttachment more : c.hostConfig().networks()) {
                endpoint(networks.putObject(more.network()), null, more.options(), version);
            }
        }
        return networks;
    }

    private static void endpoint(ObjectNode o, @Nullable Endpoint e, NetworkOptions options, ApiVersion version) {
        o.putNull("IPAMConfig");
        o.putNull("Links");
        List<String> aliases = e == null ? options.aliases() : e.aliases();
        o.set("Aliases", ApiJson.arrayOrNull(aliases));
        o.put("MacAddress", e == null ? "" : e.mac());
        o.putNull("DriverOpts");
        o.put("NetworkID", e == null ? "" : e.networkId());
        o.put("EndpointID", e == null ? "" : e.id());
        address(o, e);
        if (version.atLeast(44)) {
            o.set("DNSNames", ApiJson.arrayOrNull(aliases));
        }
    }

    private static void address(ObjectNode o, @Nullable Endpoint e) {
        o.put("Gateway", e == null || e.gateway() == null ? "" : e.gateway());
        o.put("IPAddress", e == null ? "" : address(e.ipv4()));
        o.put("IPPrefixLen", e == null ? 0 : prefix(e.ipv4()));
        o.put("IPv6Gateway", e == null || e.gatewayV6() == null ? "" : e.gatewayV6());
        o.put("GlobalIPv6Address", e == null ? "" : address(e.ipv6()));
        o.put("GlobalIPv6PrefixLen", e == null ? 0 : prefix(e.ipv6()));
    }

    private static String address(@Nullable String cidr) {
        return cidr == null ? "" : cidr.substring(0, cidr.indexOf('/'));
    }

    private static int prefix(@Nullable String cidr) {
        return cidr == null ? 0 : Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1));
    }

    /**
     * The Network object.
     *
     * @param names of containers by id
     */
    public static ObjectNode network(NetworkInfo n, List<Endpoint> endpoints, Map<String, String> names) {
        ObjectNode o = ApiJson.object();
        o.put("Name", n.name());
        o.put("Id", n.id());
        o.put("Created", ApiJson.time(n.created()));
        o.put("Scope", "local");
        o.put("Driver", PREDEFINED.contains(n.name()) ? n.name().replace("none", "null") : n.driver());
        o.put("EnableIPv4", true);
        o.put("EnableIPv6", n.subnets().stream().anyMatch(s -> s.subnet().contains(":")));
        ObjectNode ipam = o.putObject("IPAM");
        ipam.put("Driver", "default");
        ipam.putNull("Options");
        ArrayNode config = ipam.putArray("Config");
        for (Subnet s : n.subnets()) {
            ObjectNode one = config.addObject().put("Subnet", s.subnet());
            if (!s.range().equals(s.subnet())) {
                one.put("IPRange", s.range());
            }
            one.put("Gateway", s.gateway());
        }
        o.put("Internal", n.internal());
        o.put("Attachable", false);
        o.put("Ingress", false);
        o.putObject("ConfigFrom").put("Network", "");
        o.put("ConfigOnly", false);
        ObjectNode containers = o.putObject("Containers");
        List<Endpoint> sorted = new ArrayList<>(endpoints);
        sorted.sort(Comparator.comparing(Endpoint::containerId));
        for (Endpoint e : sorted) {
            containers
                    .putObject(e.containerId())
                    .put("Name", names.getOrDefault(e.containerId(), ""))
                    .put("EndpointID", e.id())
                    .put("MacAddress", e.mac())
                    .put("IPv4Address", e.ipv4())
                    .put("IPv6Address", e.ipv6() == null ? "" : e.ipv6());
        }
        o.set("Options", ApiJson.map(n.options()));
        o.set("Labels", ApiJson.map(n.labels()));
        return o;
    }
}

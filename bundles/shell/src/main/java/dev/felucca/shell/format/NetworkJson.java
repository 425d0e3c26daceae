package dev.felucca.shell.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkInfo.Subnet;
import dev.felucca.api.network.PortBinding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Networks, endpoints and ports with the key names of Docker's Engine API, and as {@code ps} shows them. */
public final class NetworkJson {
    private NetworkJson() {}

    /** The NetworkSettings object of a container. */
    static ObjectNode settings(ContainerInfo c) {
        ObjectNode o = Json.object();
        o.set("Ports", portMap(c));
        ObjectNode networks = o.putObject("Networks");
        for (Endpoint e : c.endpoints()) endpoint(networks.putObject(e.networkName()), e);
        return o;
    }

    private static void endpoint(ObjectNode o, Endpoint e) {
        o.set("Aliases", Json.arrayOrNull(e.aliases()));
        o.put("MacAddress", e.mac());
        o.put("NetworkID", e.networkId());
        o.put("EndpointID", e.id());
        o.put("Gateway", e.gateway() == null ? "" : e.gateway());
        o.put("IPAddress", address(e.ipv4()));
        o.put("IPPrefixLen", prefix(e.ipv4()));
        o.put("IPv6Gateway", e.gatewayV6() == null ? "" : e.gatewayV6());
        o.put("GlobalIPv6Address", address(e.ipv6()));
        o.put("GlobalIPv6PrefixLen", prefix(e.ipv6()));
    }

    private static String address(@Nullable String cidr) {
        return cidr == null ? "" : cidr.substring(0, cidr.indexOf('/'));
    }

    private static int prefix(@Nullable String cidr) {
        return cidr == null ? 0 : Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1));
    }

    private static List<PortBinding> published(ContainerInfo c) {
        return c.endpoints().stream().flatMap(e -> e.ports().stream()).toList();
    }

    /** By {@code 80/tcp}: where it is published, or null for a port that is only exposed. */
    private static ObjectNode portMap(ContainerInfo c) {
        ObjectNode map = bindings(published(c));
        for (String exposed : new TreeSet<>(c.config().exposedPorts())) if (!map.has(exposed)) map.putNull(exposed);
        return map;
    }

    static ObjectNode bindings(List<PortBinding> ports) {
        ObjectNode map = Json.object();
        for (PortBinding p : ports)
            map.withArray("/" + p.container().replace("/", "~1"))
                    .addObject()
                    .put("HostIp", p.hostIp().isEmpty() ? "0.0.0.0" : p.hostIp())
                    .put("HostPort", p.hostPort() == 0 ? "" : String.valueOf(p.hostPort()));
        return map;
    }

    /** {@code 0.0.0.0:8080->80/tcp, 443/tcp}. */
    static String ports(ContainerInfo c) {
        if (!c.state().isRunning()) return "";
        Map<String, List<String>> shown = new TreeMap<>();
        c.config().exposedPorts().forEach(p -> shown.put(p, new ArrayList<>()));
        for (PortBinding p : published(c))
            shown.computeIfAbsent(p.container(), k -> new ArrayList<>()).add(host(p) + "->" + p.container());
        List<String> all = new ArrayList<>();
        shown.forEach((port, at) -> all.addAll(at.isEmpty() ? List.of(port) : at));
        return String.join(", ", all);
    }

    /** {@code 0.0.0.0:8080}. */
    public static String host(PortBinding p) {
        String address = p.hostIp().isEmpty() ? "0.0.0.0" : p.hostIp();
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + p.hostPort();
    }

    static String names(ContainerInfo c) {
        if (c.endpoints().isEmpty()) return c.hostConfig().networkMode();
        return String.join(
                ",", c.endpoints().stream().map(Endpoint::networkName).sorted().toList());
    }

    /**
     * The Network object.
     *
     * @param names of containers by id
     */
    public static ObjectNode network(NetworkInfo n, List<Endpoint> endpoints, Map<String, String> names) {
        ObjectNode o = Json.object();
        o.put("Name", n.name());
        o.put("Id", n.id());
        o.put("Created", Json.time(n.created()));
        o.put("Scope", "local");
        o.put("Driver", n.driver());
        o.put("EnableIPv6", n.subnets().stream().anyMatch(s -> s.subnet().contains(":")));
        ObjectNode ipam = o.putObject("IPAM");
        ipam.put("Driver", "default");
        ArrayNode config = ipam.putArray("Config");
        for (Subnet s : n.subnets()) {
            ObjectNode one = config.addObject().put("Subnet", s.subnet());
            if (!s.range().equals(s.subnet())) one.put("IPRange", s.range());
            one.put("Gateway", s.gateway());
        }
        o.put("Internal", n.internal());
        ObjectNode containers = o.putObject("Containers");
        List<Endpoint> sorted = new ArrayList<>(endpoints);
        sorted.sort(Comparator.comparing(Endpoint::containerId));
        for (Endpoint e : sorted)
            containers
                    .putObject(e.containerId())
                    .put("Name", names.getOrDefault(e.containerId(), ""))
                    .put("EndpointID", e.id())
                    .put("MacAddress", e.mac())
                    .put("IPv4Address", e.ipv4())
                    .put("IPv6Address", e.ipv6() == null ? "" : e.ipv6());
        o.set("Options", Json.map(n.options()));
        o.set("Labels", Json.map(n.labels()));
        return o;
    }
}

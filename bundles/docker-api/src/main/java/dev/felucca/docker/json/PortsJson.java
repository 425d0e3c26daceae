package dev.felucca.docker.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.network.PortBinding;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Published and exposed ports, as {@code {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}}. */
final class PortsJson {
    private PortsJson() {}

    static List<PortBinding> parse(Map<String, List<Fields>> bindings) {
        List<PortBinding> all = new ArrayList<>();
        bindings.forEach((port, hosts) -> {
            String[] p = port.split("/", 2);
            String protocol = p.length == 1 ? "tcp" : p[1].toLowerCase(java.util.Locale.ROOT);
            if (protocol.equals("sctp")) {
                throw EngineException.unsupported("not supported: publishing a port of sctp; there are tcp and udp");
            }
            int container = number(p[0], port);
            for (Fields host : hosts) {
                String ip = host.text("HostIp", "");
                String[] range = host.text("HostPort", "0").split("-", 2);
                host.done();
                int first = hostNumber(range[0], port);
                all.add(new PortBinding(
                        container, protocol, ip, first, range.length == 1 ? first : hostNumber(range[1], port)));
            }
            if (hosts.isEmpty()) {
                all.add(new PortBinding(container, protocol, "", 0, 0));
            }
        });
        return all;
    }

    private static int hostNumber(String text, String port) {
        return text.equals("0") ? 0 : number(text, port);
    }

    private static int number(String text, String port) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65_535) {
            throw EngineException.invalid("invalid port specification: \"" + text + "\" for " + port);
        }
        return Integer.parseInt(text);
    }

    private static String address(PortBinding p) {
        return p.hostIp().isEmpty() ? "0.0.0.0" : p.hostIp();
    }

    private static List<PortBinding> published(ContainerInfo c) {
        return c.endpoints().stream().flatMap(e -> e.ports().stream()).toList();
    }

    /** The Ports object of a container's NetworkSettings: null for a port that is only exposed. */
    static ObjectNode settings(ContainerInfo c) {
        ObjectNode map = ApiJson.object();
        if (!c.state().isRunning()) {
            return map;
        }
        for (PortBinding p : published(c)) {
            ArrayNode hosts = map.withArrayProperty(p.container());
            hosts.addObject().put("HostIp", address(p)).put("HostPort", String.valueOf(p.hostPort()));
        }
        for (String exposed : new TreeSet<>(c.config().exposedPorts())) {
            String name = exposed.contains("/") ? exposed : exposed + "/tcp";
            if (!map.has(name)) {
                map.putNull(name);
            }
        }
        return map;
    }

    /** As asked for. */
    static ObjectNode bindings(List<PortBinding> ports) {
        ObjectNode map = ApiJson.object();
        for (PortBinding p : ports) {
            String host = p.hostPort() == 0
                    ? ""
                    : p.hostPort() == p.hostPortEnd() ? "" + p.hostPort() : p.hostPort() + "-" + p.hostPortEnd();
            map.withArrayProperty(p.container())
                    .addObject()
                    .put("HostIp", p.hostIp())
                    .put("HostPort", host);
        }
        return map;
    }

    /** The ports of a list's entry. */
    static ArrayNode list(ContainerInfo c) {
        ArrayNode all = ApiJson.array();
        if (!c.state().isRunning()) {
            return all;
        }
        Set<String> shown = new LinkedHashSet<>();
        for (PortBinding p : published(c)) {
            shown.add(p.container());
            all.addObject()
                    .put("IP", address(p))
                    .put("PrivatePort", p.containerPort())
                    .put("PublicPort", p.hostPort())
                    .put("Type", p.protocol());
        }
        for (String exposed : new TreeSet<>(c.config().exposedPorts())) {
            String[] p = exposed.split("/", 2);
            String protocol = p.length == 1 ? "tcp" : p[1];
            if (p[0].matches("\\d{1,5}") && shown.add(p[0] + "/" + protocol)) {
                all.addObject().put("PrivatePort", Integer.parseInt(p[0])).put("Type", protocol);
            }
        }
        return all;
    }
}

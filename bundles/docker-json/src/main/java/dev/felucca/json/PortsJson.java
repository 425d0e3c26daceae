package dev.felucca.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.network.PortBinding;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Published and exposed ports, as {@code {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}}. */
final class PortsJson {
    private PortsJson() {}

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

package dev.felucca.shell.format;

import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.PortBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Networks and ports as {@code ps} and {@code port} show them. */
public final class NetworkText {
    private NetworkText() {}

    private static List<PortBinding> published(ContainerInfo c) {
        return c.endpoints().stream().flatMap(e -> e.ports().stream()).toList();
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
}

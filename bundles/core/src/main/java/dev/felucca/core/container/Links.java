package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.core.network.NetworkTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Names that one container has for others ({@code --link CONTAINER:NAME}). On a network of the user's own they are answered by the name
 * server; on the network {@code bridge}, which has no names, they are lines in /etc/hosts and docker's old variables.
 */
final class Links {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private final ContainerTable containers;

    Links(ContainerTable containers) {
        this.containers = containers;
    }

    /** @param name in which the container knows {@code target}, a name or id */
    record Link(String target, String name) {
        static Link parse(String text) {
            int colon = text.lastIndexOf(':');
            String target = colon < 0 ? text : text.substring(0, colon);
            target = target.startsWith("/") ? target.substring(1) : target;
            String name = colon < 0 ? target : text.substring(colon + 1);
            if (!NAME.matcher(target).matches() || !NAME.matcher(name).matches()) {
                throw EngineException.invalid("invalid link \"" + text + "\": give CONTAINER or CONTAINER:NAME");
            }
            return new Link(target, name);
        }
    }

    /** Checks what a new container asks for: the others exist. */
    void check(NetworkOptions o) {
        o.links().forEach(l -> containers.get(Link.parse(l).target()));
    }

    /** All links of a container, of whichever network. */
    static List<Link> of(HostConfig h) {
        List<Link> all = new ArrayList<>();
        h.network().links().forEach(l -> all.add(Link.parse(l)));
        h.networks().forEach(n -> n.options().links().forEach(l -> all.add(Link.parse(l))));
        return all;
    }

    private record Resolved(Link link, ContainerInfo target, Endpoint endpoint) {}

    private List<Resolved> onBridge(ContainerInfo c) {
        List<Resolved> found = new ArrayList<>();
        boolean there = c.endpoints().stream().anyMatch(e -> e.networkName().equals(NetworkTable.BRIDGE));
        for (String text : there ? c.hostConfig().network().links() : List.<String>of()) {
            Link l = Link.parse(text);
            ContainerInfo target = containers.get(l.target()).info();
            Endpoint e = target.endpoints().stream()
                    .filter(x -> x.networkName().equals(NetworkTable.BRIDGE))
                    .findFirst()
                    .orElseThrow(() -> EngineException.conflict("Cannot link to a non running container: /"
                            + target.name() + " AS /" + c.name() + "/" + l.name()));
            found.add(new Resolved(l, target, e));
        }
        return found;
    }

    /** Lines of /etc/hosts. */
    List<String> hosts(ContainerInfo c) {
        return onBridge(c).stream()
                .map(r -> address(r.endpoint()) + "\t" + r.link().name() + " "
                        + r.target().shortId() + " " + r.target().name())
                .toList();
    }

    private static String address(Endpoint e) {
        return e.ipv4().substring(0, e.ipv4().indexOf('/'));
    }

    /** Variables of the environment: where each exposed port of a linked container is. */
    List<String> variables(ContainerInfo c) {
        List<String> env = new ArrayList<>();
        for (Resolved r : onBridge(c)) {
            String prefix = r.link().name().toUpperCase(Locale.ROOT).replace('-', '_');
            env.add(prefix + "_NAME=/" + c.name() + "/" + r.link().name());
            Set<String> exposed = new TreeSet<>(r.target().config().exposedPorts());
            Container target = containers.find(r.target().id());
            if (target != null) {
                exposed.addAll(target.image.exposedPorts());
            }
            boolean first = true;
            for (String port : exposed) {
                String[] p = port.split("/", -1);
                String protocol = p.length > 1 ? p[1] : "tcp";
                String url = protocol + "://" + address(r.endpoint()) + ":" + p[0];
                if (first) {
                    env.add(prefix + "_PORT=" + url);
                    first = false;
                }
                String one = prefix + "_PORT_" + p[0] + "_" + protocol.toUpperCase(Locale.ROOT);
                env.addAll(List.of(
                        one + "=" + url,
                        one + "_ADDR=" + address(r.endpoint()),
                        one + "_PORT=" + p[0],
                        one + "_PROTO=" + protocol));
            }
            for (String variable : r.target().config().env()) {
                env.add(prefix + "_ENV_" + variable);
            }
        }
        return env;
    }

    /** Running containers whose /etc/hosts names this one. */
    List<Container> of(ContainerInfo target) {
        return containers.all().stream()
                .filter(c -> c.run() != null && !c.info().endpoints().isEmpty())
                .filter(c -> c.info().hostConfig().network().links().stream()
                        .map(Link::parse)
                        .anyMatch(l ->
                                l.target().equals(target.name()) || target.id().startsWith(l.target())))
                .toList();
    }
}

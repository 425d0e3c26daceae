package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NameServer;
import dev.felucca.api.network.NetworkNames;
import dev.felucca.core.container.Links.Link;
import dev.felucca.core.driver.Lease;
import dev.felucca.core.driver.Registries;
import dev.felucca.core.network.NameBook;
import dev.felucca.core.network.NetworkTable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who has which name on networks of the user's own, and the name server that answers for it. The network {@code bridge} has no
 * names, as docker's has none.
 */
final class ContainerNames implements NetworkNames {
    private final Registries registries;
    private final ContainerTable containers;
    private final NameBook book = new NameBook();

    ContainerNames(Registries registries, ContainerTable containers) {
        this.registries = registries;
        this.containers = containers;
    }

    private String server() {
        return registries.config().name_server();
    }

    private static boolean named(Endpoint e) {
        return !e.networkName().equals(NetworkTable.BRIDGE);
    }

    /** Whether a container asks the engine's name server. */
    boolean serves(ContainerInfo c) {
        return c.endpoints().stream().anyMatch(ContainerNames::named)
                && registries.names().knows(server());
    }

    /** From now on others find it. */
    void enter(ContainerInfo c, Endpoint e) {
        if (named(e)) {
            List<String> more = new ArrayList<>(e.aliases());
            more.add(c.shortId());
            more.add(Creation.hostname(c));
            book.enter(e, c.name(), more);
        }
    }

    void remove(Endpoint e) {
        book.remove(e.networkId(), e.containerId());
    }

    /** Has the name server answer in the container's network namespace, if it is on a network with names. */
    void open(ContainerInfo c, String namespace) {
        if (serves(c)) {
            try (Lease<NameServer> lease = registries.names().lease(server())) {
                lease.driver().open(c.id(), namespace);
            }
        }
    }

    void close(String containerId) {
        if (registries.names().knows(server())) {
            try (Lease<NameServer> lease = registries.names().lease(server())) {
                lease.driver().close(containerId);
            }
        }
    }

    @Override
    public Optional<List<InetAddress>> addresses(String containerId, String name) {
        Container c = containers.find(containerId);
        return c == null ? Optional.empty() : addresses(c.info(), name.toLowerCase(Locale.ROOT));
    }

    private Optional<List<InetAddress>> addresses(ContainerInfo c, String name) {
        for (Link l : Links.of(c.hostConfig())) {
            if (l.name().equalsIgnoreCase(name)) {
                List<Endpoint> found = linked(c, l);
                if (!found.isEmpty()) {
                    return Optional.of(addresses(found));
                }
            }
        }
        for (Endpoint e : c.endpoints()) {
            List<Endpoint> found = book.named(e.networkId(), name);
            String suffix = "." + e.networkName().toLowerCase(Locale.ROOT);
            if (found.isEmpty() && name.endsWith(suffix)) {
                found = book.named(e.networkId(), name.substring(0, name.length() - suffix.length()));
            }
            if (!found.isEmpty()) {
                return Optional.of(addresses(found));
            }
        }
        return Optional.empty();
    }

    private List<Endpoint> linked(ContainerInfo c, Link l) {
        ContainerInfo target;
        try {
            target = containers.get(l.target()).info();
        } catch (EngineException e) {
            return List.of(); // it was removed
        }
        List<Endpoint> found = new ArrayList<>();
        for (Endpoint e : c.endpoints()) {
            Endpoint there = book.of(e.networkId(), target.id());
            if (there != null) {
                found.add(there);
            }
        }
        return found;
    }

    private static List<InetAddress> addresses(List<Endpoint> endpoints) {
        List<InetAddress> all = new ArrayList<>();
        for (Endpoint e : endpoints) {
            all.add(address(e.ipv4()));
            if (e.ipv6() != null) {
                all.add(address(e.ipv6()));
            }
        }
        return all;
    }

    private static InetAddress address(String cidr) {
        try {
            return InetAddress.getByName(cidr.substring(0, cidr.indexOf('/')));
        } catch (UnknownHostException e) {
            throw EngineException.internal("an endpoint has the address " + cidr, e);
        }
    }

    @Override
    public Optional<String> name(String containerId, InetAddress address) {
        Container c = containers.find(containerId);
        for (Endpoint e : c == null ? List.<Endpoint>of() : c.info().endpoints()) {
            @Nullable String name = book.at(e.networkId(), address.getAddress());
            if (name != null) {
                return Optional.of(name + "." + e.networkName());
            }
        }
        return Optional.empty();
    }

    @Override
    public List<Upstream> upstream(String containerId) {
        Container c = containers.find(containerId);
        if (c == null) {
            return List.of();
        }
        ContainerInfo info = c.info();
        boolean outside = info.endpoints().stream().anyMatch(e -> e.gateway() != null || e.gatewayV6() != null);
        return ResolvConf.upstream(info.hostConfig(), outside);
    }
}

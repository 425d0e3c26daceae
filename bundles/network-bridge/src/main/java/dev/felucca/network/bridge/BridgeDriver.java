package dev.felucca.network.bridge;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.KernelException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkDriver;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.PortBinding;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Handles;
import dev.felucca.door.net.Link;
import dev.felucca.door.net.NftBatch;
import dev.felucca.door.net.NftSocket;
import dev.felucca.door.net.RouteSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bridge for each network, a veth pair for each endpoint, and one table of nf_tables for everything. Its state is in the
 * kernel; the sockets that reserve published ports are in the door's handle table.
 */
@Component(property = Driver.NAME + "=" + BridgeDriver.BRIDGE, configurationPid = BridgeConfig.PID)
@Designate(ocd = BridgeConfig.class)
public final class BridgeDriver implements NetworkDriver {
    static final String BRIDGE = "bridge";

    private static final Logger LOG = LoggerFactory.getLogger(BridgeDriver.class);

    private final Names names;
    private final Elements elements;
    private final Ports ports;
    private final boolean forwarding;
    private final ExecutorService background = Executors.newSingleThreadExecutor(r -> {
        Thread t = new Thread(r, "felucca-bridge");
        t.setDaemon(true);
        return t;
    });

    @Activate
    public BridgeDriver(@Reference EngineRoots roots, @Reference Handles handles, BridgeConfig config) {
        this(roots, handles, config.forwarding());
    }

    BridgeDriver(EngineRoots roots, Handles handles, boolean forwarding) {
        this.forwarding = forwarding;
        names = new Names(roots.runRoot());
        elements = new Elements(names);
        ports = new Ports(handles);
    }

    @Override
    public String name() {
        return BRIDGE;
    }

    @Override
    public void probe() {
        try (NftSocket nft = NftSocket.open()) {
            nft.hasTable(names.table());
        } catch (KernelException e) {
            throw new EngineException(
                    EngineException.Kind.UNSUPPORTED,
                    "this kernel has no nf_tables, which bridge networks need: " + e.message(),
                    e);
        }
    }

    @Override
    public Map<String, String> status() {
        return Map.of("Packet filter", "nftables, table inet " + names.table());
    }

    @Override
    public List<String> warnings() {
        return !forwarding && Sysctls.isOff("net.ipv4.ip_forward")
                ? List.of(
                        "IPv4 forwarding is disabled: containers on a bridge reach each other and this host, but nothing"
                                + " else; enable it with: sysctl -w net.ipv4.ip_forward=1, or with network.bridge.forwarding"
                                + " in felucca.json")
                : List.of();
    }

    @Override
    public void check(NetworkInfo network) {
        Options.of(network);
        String bridge = names.bridge(network);
        if (bridge.length() > RouteSocket.NAME_MAX || !bridge.matches("[A-Za-z0-9_.-]+")) {
            throw EngineException.invalid("network " + network.name() + ": \"" + bridge
                    + "\" cannot be the name of a bridge: at most " + RouteSocket.NAME_MAX + " letters and digits");
        }
    }

    @Override
    public void create(NetworkInfo network) {
        try (RouteSocket route = RouteSocket.open();
                NftSocket nft = NftSocket.open()) {
            boolean made = new Bridge(names.bridge(network), network).ensure(route);
            try {
                forward(network);
                NftBatch batch = new NftBatch(names.table());
                if (!nft.hasTable(names.table())) {
                    Rules.add(batch);
                }
                elements.add(batch, network);
                nft.commit(batch);
                DockerUser.allow(nft, names.bridge(network));
            } catch (RuntimeException e) {
                if (made) {
                    route.delete(names.bridge(network));
                }
                throw e;
            }
        }
    }

    private void forward(NetworkInfo network) {
        if (forwarding) {
            Sysctls.turnOn("net.ipv4.ip_forward");
            if (network.subnets().stream().anyMatch(s -> s.subnet().contains(":"))) {
                Sysctls.turnOn("net.ipv6.conf.all.forwarding");
            }
        }
    }

    @Override
    public void remove(NetworkInfo network) {
        try (RouteSocket route = RouteSocket.open();
                NftSocket nft = NftSocket.open()) {
            DockerUser.forget(nft, names.bridge(network));
            route.delete(names.bridge(network));
            NftBatch batch = new NftBatch(names.table());
            elements.delete(batch, network);
            commitIfThere(nft, batch);
        }
    }

    /** What is gone already, because another tool flushed the rules, need not be deleted. */
    private static void commitIfThere(NftSocket nft, NftBatch batch) {
        try {
            nft.commit(batch);
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    @Override
    public Endpoint connect(NetworkInfo network, Endpoint wanted, String namespace) {
        Options options = Options.of(network);
        Endpoint endpoint = wanted.withPorts(ports.reserve(wanted));
        try (RouteSocket route = RouteSocket.open();
                Fd inside = Descriptors.open(namespace, Descriptors.O_RDONLY)) {
            Link bridge = route.link(names.bridge(network))
                    .orElseThrow(() -> EngineException.unavailable("bridge " + names.bridge(network) + " of network "
                            + network.name() + " is missing; make it again with: felucca network repair"));
            route.addVeth(new RouteSocket.Veth(
                    Names.veth(endpoint),
                    bridge.index(),
                    !options.containersTalk(),
                    options.mtu(),
                    endpoint.device(),
                    endpoint.mac(),
                    inside));
            Inside.configure(inside, endpoint);
            publish(endpoint);
            return endpoint;
        } catch (RuntimeException e) {
            try {
                disconnect(network, endpoint, namespace);
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private void publish(Endpoint endpoint) {
        if (endpoint.ports().isEmpty()) {
            return;
        }
        NftBatch batch = new NftBatch(names.table());
        elements.add(batch, endpoint);
        try (NftSocket nft = NftSocket.open()) {
            nft.commit(batch);
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT) {
                throw EngineException.unavailable(
                        "table inet " + names.table() + " is missing, another program has removed"
                                + " it; make it again with: felucca network repair");
            }
            throw e;
        }
    }

    @Override
    public void disconnect(NetworkInfo network, Endpoint endpoint, @Nullable String namespace) {
        delete(endpoint);
        unpublish(endpoint);
    }

    private static void delete(Endpoint endpoint) {
        try (RouteSocket route = RouteSocket.open()) {
            route.delete(Names.veth(endpoint));
        }
    }

    @Override
    public void release(NetworkInfo network, Endpoint endpoint, @Nullable String namespace) {
        unpublish(endpoint);
        // the kernel waits for a grace period while it removes a device: milliseconds that nobody need wait for
        background.execute(() -> {
            try {
                delete(endpoint);
            } catch (RuntimeException e) {
                LOG.warn(
                        "{} of container {} stays until the next start: {}",
                        Names.veth(endpoint),
                        endpoint.containerId(),
                        e.getMessage());
            }
        });
    }

    /** Waits for the devices that are still to be removed. */
    @Deactivate
    void stop() throws InterruptedException {
        background.shutdown();
        if (!background.awaitTermination(30, TimeUnit.SECONDS)) {
            LOG.warn("not all devices could be removed in time");
        }
    }

    private void unpublish(Endpoint endpoint) {
        List<PortBinding> published =
                endpoint.ports().stream().filter(p -> p.hostPort() != 0).toList();
        if (!published.isEmpty()) {
            // one by one: of a half-made endpoint only some are there
            try (NftSocket nft = NftSocket.open()) {
                for (PortBinding p : published) {
                    NftBatch batch = new NftBatch(names.table());
                    elements.delete(batch, endpoint.withPorts(List.of(p)));
                    commitIfThere(nft, batch);
                }
            }
        }
        ports.release(endpoint.id());
    }

    @Override
    public List<String> restore(List<NetworkInfo> networks, List<Endpoint> endpoints) {
        List<String> done = new ArrayList<>();
        try (RouteSocket route = RouteSocket.open();
                NftSocket nft = NftSocket.open()) {
            Set<Integer> bridges = new HashSet<>();
            for (NetworkInfo network : networks) {
                String bridge = names.bridge(network);
                if (new Bridge(bridge, network).ensure(route)) {
                    done.add("made bridge " + bridge + " of network " + network.name());
                }
                forward(network);
                if (DockerUser.allow(nft, bridge)) {
                    done.add("let bridge " + bridge + " through dockerd's chain DOCKER-USER");
                }
                route.link(bridge).ifPresent(l -> bridges.add(l.index()));
            }
            Map<String, Endpoint> expected = new HashMap<>();
            endpoints.forEach(e -> expected.put(Names.veth(e), e));
            for (Link l : route.links()) {
                if (bridges.contains(l.master()) && Names.isVeth(l.name()) && !expected.containsKey(l.name())) {
                    route.delete(l.name());
                    done.add("removed " + l.name() + ", which belonged to no container");
                }
            }
            rebuild(nft, networks, endpoints);
        }
        ports.restore(endpoints);
        return done;
    }

    /** In one batch, so there is no moment without rules. */
    private void rebuild(NftSocket nft, List<NetworkInfo> networks, List<Endpoint> endpoints) {
        NftBatch batch = new NftBatch(names.table());
        batch.addTable().deleteTable();
        if (!networks.isEmpty()) {
            Rules.add(batch);
            networks.forEach(n -> elements.add(batch, n));
            endpoints.forEach(e -> elements.add(batch, e));
        }
        nft.commit(batch);
    }
}

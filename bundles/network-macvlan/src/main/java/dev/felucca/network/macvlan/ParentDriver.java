package dev.felucca.network.macvlan;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkDriver;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.net.Cidr;
import dev.felucca.door.net.Link;
import dev.felucca.door.net.RouteSocket;
import dev.felucca.door.net.RouteSocket.Child;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What both kinds share: each endpoint is a child device of the host's device {@code parent}, made in the container's network
 * namespace, and goes with it. On the host there is nothing of it but the VLAN device, if a parent such as {@code eth0.10} had to be
 * made; its alias says whose it is.
 */
abstract class ParentDriver implements NetworkDriver {
    /** The kernel's own for IPv6 (IP6_RT_PRIO_USER), which it takes for 0 as well. */
    private static final int IPV6_METRIC = 1024;

    private static final String ALIAS = "felucca network ";

    private final String name;
    private final Map<String, Map<String, Integer>> choices;
    private volatile boolean works;

    /** @param choices options and their values */
    ParentDriver(String name, Map<String, Map<String, Integer>> choices) {
        this.name = name;
        this.choices = choices;
    }

    abstract Child child(Options options);

    boolean routesThroughGateway(Options options) {
        return true;
    }

    boolean ownMac() {
        return true;
    }

    @Override
    public String name() {
        return name;
    }

    /** Makes such a device in a namespace that goes away. */
    /** A kernel that had none of these devices may have got the module since. */
    @Override
    public Map<String, String> status() {
        if (!works) {
            try {
                probe();
                works = true;
            } catch (EngineException e) {
                return Map.of(Driver.UNAVAILABLE, e.message());
            }
        }
        return Map.of();
    }

    @Override
    public void probe() {
        try (Fd namespace = Namespaces.create(NamespaceType.NETWORK)) {
            Namespaces.inside(Map.of(NamespaceType.NETWORK, namespace), () -> {
                tryHere(namespace);
                return true;
            });
        } catch (KernelException e) {
            if (e.errno() == Errno.EOPNOTSUPP) {
                throw EngineException.unsupported("this kernel has no " + name + " devices: " + e.message());
            }
            throw e;
        }
    }

    private void tryHere(Fd namespace) {
        try (RouteSocket route = RouteSocket.open()) {
            int parent = route.addBridge("probe0", "02:00:00:00:00:01", 1500);
            NetworkInfo n = new NetworkInfo(
                    "0".repeat(64),
                    "probe",
                    name,
                    java.time.Instant.EPOCH,
                    false,
                    List.of(),
                    Map.of(Options.PARENT, "probe0"),
                    Map.of());
            route.addChild(parent, "probe1", ownMac() ? "02:00:00:00:00:02" : null, namespace, child(options(n)));
        }
    }

    private Options options(NetworkInfo network) {
        return Options.of(network, choices);
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }

    @Override
    public void check(NetworkInfo network) {
        options(network);
    }

    @Override
    public void create(NetworkInfo network) {
        try (RouteSocket route = RouteSocket.open()) {
            ensure(route, network);
        }
    }

    /** Makes a VLAN device that is missing; whether it was. */
    private boolean ensure(RouteSocket route, NetworkInfo network) {
        Options o = options(network);
        if (route.link(o.parent()).isPresent()) {
            return false;
        }
        Optional<Link> base = o.vlan() == 0 ? Optional.empty() : route.link(o.base());
        if (base.isEmpty()) {
            throw EngineException.notFound("network " + network.name() + ": this host has no device " + o.base()
                    + ", which is its parent; see: ip link");
        }
        try {
            route.addVlan(o.parent(), base.get().index(), o.vlan(), ALIAS + network.id());
        } catch (KernelException e) {
            if (e.errno() == Errno.EOPNOTSUPP) {
                throw EngineException.unsupported("network " + network.name() + ": this kernel has no VLAN devices, so "
                        + o.parent() + " cannot be made");
            }
            throw e;
        }
        return true;
    }

    @Override
    public void remove(NetworkInfo network) {
        try (RouteSocket route = RouteSocket.open()) {
            route.link(options(network).parent())
                    .filter(l -> l.alias().equals(ALIAS + network.id()))
                    .ifPresent(l -> route.delete(l.name()));
        }
    }

    @Override
    public Endpoint connect(NetworkInfo network, Endpoint e, String namespace) {
        if (!e.ports().isEmpty()) {
            throw EngineException.unsupported("not supported: a published port on network " + network.name()
                    + " of driver " + name + ": its containers are on the parent's network and are reached there");
        }
        Options o = options(network);
        try (RouteSocket route = RouteSocket.open();
                Fd inside = Descriptors.open(namespace, Descriptors.O_RDONLY)) {
            Link parent = route.link(o.parent())
                    .orElseThrow(() -> EngineException.unavailable("device " + o.parent() + " of network "
                            + network.name() + " is missing; make it again with: felucca network repair"));
            route.addChild(parent.index(), e.device(), ownMac() ? e.mac() : null, inside, child(o));
            try {
                Namespaces.inside(Map.of(NamespaceType.NETWORK, inside), () -> {
                    configure(o, e);
                    return true;
                });
            } catch (RuntimeException failure) {
                delete(inside, e);
                throw failure;
            }
            return ownMac() ? e : e.withMac(parent.mac());
        }
    }

    private void configure(Options o, Endpoint e) {
        try (RouteSocket route = RouteSocket.open()) {
            int device = route.link(e.device())
                    .orElseThrow(() -> EngineException.internal(e.device() + " vanished after it was made", null))
                    .index();
            route.addAddress(device, Cidr.parse(e.ipv4()));
            if (e.ipv6() != null) {
                route.addAddress(device, Cidr.parse(e.ipv6()));
            }
            route.up(device);
            boolean through = routesThroughGateway(o);
            if (e.gateway() != null) {
                route.addDefaultRoute(device, through ? address(e.gateway()) : address("0.0.0.0"), e.priority());
            }
            if (e.gatewayV6() != null) {
                route.addDefaultRoute(
                        device, through ? address(e.gatewayV6()) : address("::"), IPV6_METRIC + e.priority());
            }
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw EngineException.invalid("\"" + literal + "\" is no IP address");
        }
    }

    @Override
    public void disconnect(NetworkInfo network, Endpoint endpoint, @Nullable String namespace) {
        if (namespace == null) {
            return; // and the device with it
        }
        try (Fd inside = Descriptors.open(namespace, Descriptors.O_RDONLY)) {
            delete(inside, endpoint);
        } catch (KernelException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private static void delete(Fd inside, Endpoint endpoint) {
        try (RouteSocket route = RouteSocket.open(inside)) {
            route.delete(endpoint.device());
        }
    }

    @Override
    public List<String> restore(List<NetworkInfo> networks, List<Endpoint> endpoints) {
        List<String> done = new ArrayList<>();
        try (RouteSocket route = RouteSocket.open()) {
            for (NetworkInfo n : networks) {
                try {
                    if (ensure(route, n)) {
                        done.add("made device " + options(n).parent() + " of network " + n.name());
                    }
                } catch (EngineException e) {
                    // the other networks are there all the same
                    done.add(e.message());
                }
            }
        }
        return done;
    }
}

package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NameServer;
import dev.felucca.api.network.NetworkAttachment;
import dev.felucca.api.network.NetworkDriver;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.api.network.PortBinding;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.core.driver.DriverRegistry;
import dev.felucca.core.driver.Lease;
import dev.felucca.core.driver.Registries;
import dev.felucca.core.network.NetworkTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects containers to networks. A network is made in the kernel when it is first used, or when the engine starts and has it
 * recorded. Endpoints come and go under a shared lock; what changes a whole network holds it alone.
 */
final class ContainerNetworks {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerNetworks.class);
    private static final Set<String> NOT_CONNECTED = Set.of(NetworkTable.NONE, NetworkTable.HOST);

    private final Registries registries;
    private final DriverRegistry<NetworkDriver> drivers;
    private final NetworkTable table;
    private final ContainerNames names;
    private final Links links;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    /** Ids of networks that are there in the kernel; guarded by the lock. */
    private final Set<String> made = new HashSet<>();

    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    ContainerNetworks(Registries registries, NetworkTable table, ContainerNames names, Links links) {
        this.registries = registries;
        this.drivers = registries.network();
        this.table = table;
        this.names = names;
        this.links = links;
    }

    ContainerNames names() {
        return names;
    }

    Links links() {
        return links;
    }

    NetworkTable table() {
        return table;
    }

    /** Whether a container of this mode gets a connected network namespace of its own. */
    boolean connects(HostConfig host) {
        String mode = host.networkMode();
        if (mode.isEmpty() || mode.equals("default")) {
            return drivers.knows(NetworkTable.BRIDGE);
        }
        return !NOT_CONNECTED.contains(mode) && !mode.startsWith("container:");
    }

    /** Checks what a new container asks for; gives warnings. */
    List<String> check(HostConfig host) {
        NetworkOptions o = host.network();
        if (!connects(host)) {
            if (o.ipv4() != null
                    || o.ipv6() != null
                    || o.mac() != null
                    || !o.aliases().isEmpty()
                    || !o.links().isEmpty()
                    || !host.networks().isEmpty()) {
                throw EngineException.invalid(
                        "conflicting options: an address, alias, link or further network and network mode "
                                + host.networkMode());
            }
            if (host.networkMode().equals(NetworkTable.NONE)
                    && host.extraHosts().stream().anyMatch(h -> h.endsWith(":" + HostFiles.HOST_GATEWAY))) {
                throw EngineException.invalid(
                        "conflicting options: host-gateway and network mode none, from where the host is not reached");
            }
            boolean shared = host.networkMode().equals(NetworkTable.HOST)
                    || host.networkMode().startsWith("container:");
            if (shared && (!o.ports().isEmpty() || o.publishAll())) {
                return List.of("Published ports are discarded when using " + host.networkMode() + " network mode");
            }
            return host.networkMode().equals("default")
                    ? List.of(
                            "no network driver is installed: the container has a loopback interface only (network none)")
                    : List.of();
        }
        NetworkInfo network = network(host.networkMode());
        if (network.name().equals(NetworkTable.BRIDGE)
                && (o.ipv4() != null || o.ipv6() != null || !o.aliases().isEmpty())) {
            throw EngineException.invalid(
                    "a fixed address or an alias needs a network of your own, not the default one; make"
                            + " one with: felucca network create --subnet SUBNET NAME");
        }
        links.check(o);
        for (NetworkAttachment more : host.networks()) {
            further(more);
        }
        if (host.dns().contains(NameServer.ADDRESS)) {
            throw EngineException.invalid("--dns " + NameServer.ADDRESS
                    + " is the engine's own name server, which would ask itself; name another one");
        }
        try (Lease<NetworkDriver> lease = drivers.lease(network.driver())) {
            // once in an engine's life: it does not get truer by being said with every container
            return lease.driver().warnings().stream().filter(warned::add).toList();
        }
    }

    /** Checks one more network of a container. */
    void further(NetworkAttachment more) {
        NetworkInfo n = table.get(more.network());
        if (NOT_CONNECTED.contains(n.name())) {
            throw EngineException.conflict(
                    "a container that is connected to networks cannot be on network " + n.name() + " as well");
        }
        links.check(more.options());
    }

    /** The main network of a container of this mode. */
    NetworkInfo network(String mode) {
        boolean standard = mode.isEmpty() || mode.equals("default") || mode.equals(NetworkTable.BRIDGE);
        return standard ? table.bridge() : table.get(mode);
    }

    /** Connects a container that is being started; the caller has its network namespace made. */
    void attach(Container c, String namespace) {
        HostConfig host = c.info().hostConfig();
        NetworkOptions o = host.network();
        List<PortBinding> ports = new ArrayList<>(o.ports());
        if (o.publishAll()) {
            Set<String> exposed = new TreeSet<>(c.info().config().exposedPorts());
            exposed.addAll(c.image.exposedPorts());
            o.ports().forEach(p -> exposed.remove(p.container()));
            exposed.forEach(e -> ports.add(anyPort(e)));
        }
        if (!host.mainDisconnected()) {
            connect(c, network(host.networkMode()), namespace, o.withPorts(ports));
        }
        for (NetworkAttachment more : host.networks()) {
            connect(c, table.get(more.network()), namespace, more.options());
        }
        names.open(c.info(), namespace);
    }

    /** Where a connected container reaches the host; null if its network has no address of the host. */
    @Nullable
    String hostAddress(ContainerInfo c) {
        for (Endpoint e : c.endpoints()) {
            NetworkInfo n = table.find(e.networkId());
            // elsewhere the gateway is not the host
            String gateway = n == null
                            || !n.driver().equals(NetworkTable.BRIDGE)
                            || n.subnets().isEmpty()
                    ? ""
                    : n.subnets().get(0).gateway();
            if (!gateway.isEmpty()) {
                return gateway;
            }
        }
        return null;
    }

    /** Takes up a container that runs on from an earlier engine. */
    void adopt(Container c) {
        ContainerInfo info = c.info();
        if (!info.endpoints().isEmpty()) {
            info.endpoints().forEach(e -> names.enter(info, e));
            verify(info).forEach(LOG::warn);
            names.open(info, namespace(info));
        }
    }

    /** What of a running container's endpoints is not as it was made, in words. */
    List<String> verify(ContainerInfo c) {
        List<String> told = new ArrayList<>();
        for (Endpoint e : c.endpoints()) {
            NetworkInfo network = table.find(e.networkId());
            if (network == null) {
                continue;
            }
            try (Lease<NetworkDriver> lease = drivers.lease(network.driver())) {
                lease.driver().verify(network, e, namespace(c));
            } catch (EngineException problem) {
                told.add("container " + c.name() + " on network " + network.name() + ": " + problem.message());
            }
        }
        return told;
    }

    /** The network namespace of a container that runs. */
    static String namespace(ContainerInfo c) {
        return "/proc/" + c.state().pid() + "/ns/net";
    }

    /** A name server has come, perhaps after the containers. */
    void serve(Container c) {
        ContainerInfo info = c.info();
        if (info.state().isRunning() && names.serves(info)) {
            names.open(info, namespace(info));
        }
    }

    /** @param exposed as {@code 80/tcp} or {@code 80} */
    private static PortBinding anyPort(String exposed) {
        String[] p = exposed.split("/", -1);
        return new PortBinding(Integer.parseInt(p[0]), p.length > 1 ? p[1] : "tcp", "", 0, 0);
    }

    /** Connects a container to one network; the endpoint is in its snapshot before anything is made. */
    void connect(Container c, NetworkInfo network, String namespace, NetworkOptions options) {
        List<Endpoint> before = c.info().endpoints();
        if (before.stream().anyMatch(e -> e.networkId().equals(network.id()))) {
            throw EngineException.conflict(
                    "container " + c.info().name() + " is connected to network " + network.name() + " already");
        }
        ensure(network);
        int priority = before.stream().mapToInt(e -> e.priority() + 1).max().orElse(0);
        Endpoint wanted =
                table.endpoint(network, c.id, device(before), priority, options, ownsAddresses(network.driver()));
        lock.readLock().lock();
        try (Lease<NetworkDriver> lease = drivers.lease(network.driver())) {
            // before anything is made, so that a failure at any point finds it
            c.replace(Container.withEndpoints(c.info(), with(before, wanted)));
            Endpoint there = lease.driver().connect(network, wanted, namespace);
            c.replace(Container.withEndpoints(c.info(), with(before, there)));
            names.enter(c.info(), there);
        } catch (RuntimeException e) {
            table.release(wanted);
            c.replace(Container.withEndpoints(c.info(), before));
            throw e;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Whether a driver gives out the addresses of its networks. */
    boolean ownsAddresses(String driver) {
        try (Lease<NetworkDriver> lease = drivers.lease(driver)) {
            return lease.driver().ownsAddresses();
        }
    }

    private static List<Endpoint> with(List<Endpoint> others, Endpoint one) {
        List<Endpoint> all = new ArrayList<>(others);
        all.add(one);
        return all;
    }

    /** The lowest free name. */
    private static String device(List<Endpoint> others) {
        for (int i = 0; ; i++) {
            String name = "eth" + i;
            if (others.stream().noneMatch(e -> e.device().equals(name))) {
                return name;
            }
        }
    }

    private void ensure(NetworkInfo network) {
        lock.readLock().lock();
        try {
            if (made.contains(network.id())) {
                return;
            }
        } finally {
            lock.readLock().unlock();
        }
        make(network);
    }

    /** Makes a network in the kernel, unless it is there. */
    void make(NetworkInfo network) {
        lock.writeLock().lock();
        try (Lease<NetworkDriver> lease = drivers.lease(network.driver())) {
            if (!made.contains(network.id())) {
                lease.driver().check(network);
                lease.driver().create(network);
                made.add(network.id());
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Removes a network from the kernel and from the records. */
    void remove(NetworkInfo network) {
        lock.writeLock().lock();
        try (Lease<NetworkDriver> lease = drivers.lease(network.driver())) {
            lease.driver().remove(network);
            made.remove(network.id());
            table.forget(network);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Disconnects a container from all networks, at the end of its run; each failure is given and keeps no other from it. */
    void detach(Container c, Consumer<Runnable> attempt) {
        if (c.info().endpoints().isEmpty()) {
            return;
        }
        attempt.accept(() -> names.close(c.id));
        for (Endpoint e : c.info().endpoints()) {
            attempt.accept(() -> leave(c, e, NetworkDriver::release));
        }
        c.replace(Container.withEndpoints(c.info(), List.of()));
    }

    /** Disconnects one endpoint of a container that runs on. */
    void disconnect(Container c, Endpoint e) {
        leave(c, e, NetworkDriver::disconnect);
        if (!names.serves(c.info())) {
            names.close(c.id);
        }
    }

    /** Path of the container's network namespace, also after its processes' end; null if it is gone. */
    private @Nullable String pinned(ContainerInfo c) {
        try (Lease<NamespaceStrategy> lease = registries.namespace().lease(c.namespace())) {
            return lease.driver().pins(c.id()).get(LinuxNamespaceType.NETWORK);
        }
    }

    private interface Leaving {
        void leave(NetworkDriver driver, NetworkInfo network, Endpoint endpoint, @Nullable String namespace);
    }

    private void leave(Container c, Endpoint e, Leaving leaving) {
        names.remove(e);
        NetworkInfo network = table.find(e.networkId());
        if (network != null) {
            lock.readLock().lock();
            try (Lease<NetworkDriver> lease = drivers.lease(network.driver())) {
                leaving.leave(lease.driver(), network, e, pinned(c.info()));
            } finally {
                lock.readLock().unlock();
            }
        }
        table.release(e);
        c.replace(Container.withEndpoints(
                c.info(),
                c.info().endpoints().stream().filter(o -> !o.equals(e)).toList()));
    }

    /**
     * Makes the kernel's state that of the records: at start, when a driver is first there, and on request.
     *
     * @param containers what there is
     */
    List<String> restore(String driver, Supplier<List<ContainerInfo>> containers) {
        List<NetworkInfo> networks =
                table.list().stream().filter(n -> n.driver().equals(driver)).toList();
        if (networks.isEmpty()) {
            return List.of();
        }
        lock.writeLock().lock();
        try (Lease<NetworkDriver> lease = drivers.lease(driver)) {
            List<Endpoint> endpoints = containers.get().stream()
                    .flatMap(c -> c.endpoints().stream())
                    .toList();
            Set<String> ids = new HashSet<>();
            networks.forEach(n -> ids.add(n.id()));
            List<String> done = lease.driver()
                    .restore(
                            networks,
                            endpoints.stream()
                                    .filter(e -> ids.contains(e.networkId()))
                                    .toList());
            made.addAll(ids);
            done.forEach(d -> LOG.info("network driver {}: {}", driver, d));
            return done;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** The names of drivers that are there. */
    Set<String> drivers() {
        return drivers.names();
    }

    /** When the engine ends: networks that nobody uses leave the kernel, and stay recorded. */
    void close(List<ContainerInfo> running) {
        Set<String> used = new HashSet<>();
        running.forEach(c -> c.endpoints().forEach(e -> used.add(e.networkId())));
        lock.writeLock().lock();
        try {
            for (String id : Set.copyOf(made)) {
                NetworkInfo n = table.find(id);
                if (n != null && !used.contains(id)) {
                    take(n);
                }
            }
            if (made.isEmpty()) {
                drivers.names().forEach(this::clear);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void clear(String driver) {
        try (Lease<NetworkDriver> lease = drivers.lease(driver)) {
            lease.driver().restore(List.of(), List.of());
        } catch (RuntimeException e) {
            LOG.warn("network driver {} leaves something in the kernel: {}", driver, e.getMessage());
        }
    }

    private void take(NetworkInfo n) {
        try (Lease<NetworkDriver> lease = drivers.lease(n.driver())) {
            lease.driver().remove(n);
            made.remove(n.id());
        } catch (RuntimeException e) {
            LOG.warn("network {} stays in the kernel: {}", n.name(), e.getMessage());
        }
    }

    @Nullable
    Endpoint find(ContainerInfo c, NetworkInfo network) {
        return c.endpoints().stream()
                .filter(e -> e.networkId().equals(network.id()))
                .findFirst()
                .orElse(null);
    }
}

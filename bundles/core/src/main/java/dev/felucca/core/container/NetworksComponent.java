package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.event.EngineEvent;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkAttachment;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.api.network.Networks;
import dev.felucca.core.network.NetworkTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Networks as users see them. */
@Component(service = Networks.class)
public final class NetworksComponent implements Networks {
    private static final Set<String> PREDEFINED = Set.of(NetworkTable.BRIDGE, NetworkTable.HOST, NetworkTable.NONE);

    private final Engine engine;
    private final ContainerNetworks networks;

    @Activate
    public NetworksComponent(@Reference LifecycleComponent lifecycle) {
        engine = lifecycle.engine();
        networks = engine.networks();
    }

    @Override
    public List<NetworkInfo> list() {
        if (engine.registries().network().knows(NetworkTable.BRIDGE)) {
            networks.table().bridge();
        }
        return networks.table().list();
    }

    @Override
    public NetworkInfo get(String network) {
        return network.equals(NetworkTable.BRIDGE)
                ? networks.table().bridge()
                : networks.table().get(network);
    }

    @Override
    public List<Endpoint> endpoints(String network) {
        String id = get(network).id();
        return engine.table().all().stream()
                .flatMap(c -> c.info().endpoints().stream())
                .filter(e -> e.networkId().equals(id))
                .toList();
    }

    @Override
    public CompletionStage<NetworkInfo> create(Request request) {
        return onWorker(() -> {
            String driver =
                    request.driver() == null ? engine.registries().config().network_driver() : request.driver();
            if (!engine.registries().network().knows(driver)) {
                throw EngineException.notFound("network driver \"" + driver + "\" not found; there are: "
                        + String.join(", ", engine.registries().network().names()));
            }
            NetworkInfo planned = networks.table()
                    .plan(
                            new Request(
                                    request.name(),
                                    driver,
                                    request.internal(),
                                    request.subnets(),
                                    request.ipv6(),
                                    request.options(),
                                    request.labels()),
                            networks.ownsAddresses(driver));
            try {
                networks.table().save(planned);
                networks.make(planned);
            } catch (RuntimeException e) {
                networks.table().forget(planned);
                throw e;
            }
            tell(planned, "create");
            return planned;
        });
    }

    private void tell(NetworkInfo n, String action) {
        engine.events()
                .publish(new EngineEvent(
                        "network", action, n.id(), Map.of("name", n.name(), "type", n.driver()), Instant.now()));
    }

    @Override
    public CompletionStage<Void> remove(String network) {
        return onWorker(() -> {
            removeNow(get(network));
            return null;
        });
    }

    private void removeNow(NetworkInfo n) {
        if (PREDEFINED.contains(n.name())) {
            throw new EngineException(
                    EngineException.Kind.FORBIDDEN, n.name() + " is a pre-defined network and cannot be removed");
        }
        List<String> users = engine.table().all().stream()
                .map(Container::info)
                .filter(c -> networks.find(c, n) != null)
                .map(ContainerInfo::name)
                .toList();
        if (!users.isEmpty()) {
            throw EngineException.conflict("network " + n.name() + " is in use by " + String.join(", ", users)
                    + "; disconnect or stop them first");
        }
        networks.remove(n);
        tell(n, "destroy");
    }

    @Override
    public CompletionStage<List<String>> prune(Predicate<NetworkInfo> which) {
        return onWorker(() -> {
            List<String> removed = new ArrayList<>();
            for (NetworkInfo n : networks.table().list()) {
                boolean used = engine.table().all().stream()
                        .anyMatch(c -> networks.find(c.info(), n) != null
                                || c.info().hostConfig().networkMode().equals(n.name())
                                || c.info().hostConfig().networks().stream().anyMatch(more -> List.of(n.name(), n.id())
                                        .contains(more.network())));
                if (!used && which.test(n) && !PREDEFINED.contains(n.name())) {
                    removeNow(n);
                    removed.add(n.name());
                }
            }
            return removed;
        });
    }

    @Override
    public CompletionStage<List<String>> repair() {
        return onWorker(() -> {
            List<String> done = new ArrayList<>();
            for (String driver : networks.drivers()) {
                done.addAll(networks.restore(
                        driver,
                        () -> engine.table().all().stream().map(Container::info).toList()));
            }
            engine.table().all().stream()
                    .map(Container::info)
                    .filter(c -> c.state().isRunning())
                    .forEach(c -> done.addAll(networks.verify(c)));
            return done;
        });
    }

    @Override
    public CompletionStage<Void> connect(String network, String container, NetworkOptions options) {
        return onQueue(container, c -> {
            NetworkInfo n = get(network);
            if (!networks.connects(c.info().hostConfig())) {
                throw EngineException.conflict("container " + c.info().name() + " cannot be connected to network "
                        + n.name() + ": its network mode is "
                        + c.info().hostConfig().networkMode());
            }
            NetworkAttachment more = new NetworkAttachment(n.id(), options);
            networks.further(more);
            if (c.state().isRunning()) {
                networks.connect(c, n, ContainerNetworks.namespace(c.info()), options);
                networks.names().open(c.info(), ContainerNetworks.namespace(c.info()));
            } else if (isMain(c, n) && c.info().hostConfig().mainDisconnected()) {
                main(c, n, wishes(c.info().hostConfig().network(), options), false, "connect");
                return;
            } else if (isMain(c, n) || further(c, n).size() < networksOf(c).size()) {
                throw EngineException.conflict(
                        "container " + c.info().name() + " is connected to network " + n.name() + " already");
            }
            List<NetworkAttachment> all = new ArrayList<>(further(c, n));
            if (!isMain(c, n)) {
                all.add(more);
            }
            changed(c, n, all, "connect");
        });
    }

    private static List<NetworkAttachment> networksOf(Container c) {
        return c.info().hostConfig().networks();
    }

    private boolean isMain(Container c, NetworkInfo n) {
        return networks.network(c.info().hostConfig().networkMode()).id().equals(n.id());
    }

    /** The container's networks but this one and the main one. */
    private List<NetworkAttachment> further(Container c, NetworkInfo n) {
        return networksOf(c).stream()
                .filter(a -> !a.network().equals(n.id()) && !a.network().equals(n.name()))
                .toList();
    }

    @Override
    public CompletionStage<Void> disconnect(String network, String container, boolean force) {
        return onQueue(container, c -> {
            NetworkInfo n = get(network);
            Endpoint e = networks.find(c.info(), n);
            List<NetworkAttachment> others = further(c, n);
            if (e == null && others.size() == networksOf(c).size()) {
                HostConfig host = c.info().hostConfig();
                if (!c.state().isRunning() && networks.connects(host) && isMain(c, n) && !host.mainDisconnected()) {
                    main(c, n, host.network(), true, "disconnect");
                    return;
                }
                if (!force) {
                    throw EngineException.conflict(
                            "container " + c.info().name() + " is not connected to network " + n.name());
                }
                return;
            }
            if (e != null) {
                networks.disconnect(c, e);
            }
            changed(c, n, others, "disconnect");
        });
    }

    /** What is wished of a network that is joined again; what a container publishes stays. */
    private static NetworkOptions wishes(NetworkOptions before, NetworkOptions now) {
        return new NetworkOptions(
                before.ports(),
                before.publishAll(),
                now.ipv4(),
                now.ipv6(),
                now.mac(),
                now.aliases(),
                now.links().isEmpty() ? before.links() : now.links());
    }

    private void main(Container c, NetworkInfo n, NetworkOptions wishes, boolean disconnected, String action) {
        changed(c, n, c.info().hostConfig().withMain(wishes, disconnected), action);
    }

    private void changed(Container c, NetworkInfo n, List<NetworkAttachment> all, String action) {
        changed(c, n, c.info().hostConfig().withNetworks(all), action);
    }

    private void changed(Container c, NetworkInfo n, HostConfig host, String action) {
        ContainerInfo i = c.info();
        c.replace(Container.with(i, host, i.state(), i.restartCount(), i.cgroupsPath()));
        if (c.state().isRunning()) {
            HostFiles.connected(engine, c.info());
            engine.saveKept(c);
        } else {
            engine.save(c, false);
        }
        engine.events()
                .publish(new EngineEvent(
                        "network",
                        action,
                        n.id(),
                        Map.of("container", c.id, "name", n.name(), "type", n.driver()),
                        Instant.now()));
    }

    private CompletionStage<Void> onQueue(String container, java.util.function.Consumer<Container> body) {
        try {
            Container c = engine.table().get(container);
            return c.queue.submit(() -> engine.workers().parked(() -> {
                body.accept(c);
                return null;
            }));
        } catch (EngineException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private <T> CompletionStage<T> onWorker(Supplier<T> body) {
        CompletableFuture<T> done = new CompletableFuture<>();
        engine.workers().execute(() -> {
            try {
                done.complete(engine.workers().parked(body));
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }
}

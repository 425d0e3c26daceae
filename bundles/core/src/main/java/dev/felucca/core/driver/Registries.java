package dev.felucca.core.driver;

import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.driver.DriverKind;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.network.NameServer;
import dev.felucca.api.network.NetworkDriver;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.core.CoreConfig;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All drivers, by kind, and the configured defaults. Drivers are followed by service trackers and not by references of this
 * component: a departing driver waits in the tracker's callback until its calls are done, which would hold SCR's locks otherwise.
 */
@Component(service = Registries.class, immediate = true, configurationPid = CoreConfig.PID)
@Designate(ocd = CoreConfig.class)
public final class Registries {
    private static final Logger LOG = LoggerFactory.getLogger(Registries.class);

    private final DriverRegistry<StorageDriver> storage;
    private final DriverRegistry<CgroupManager> cgroup;
    private final DriverRegistry<NamespaceStrategy> namespace;
    private final DriverRegistry<ExecutionBackend> exec;
    private final DriverRegistry<NetworkDriver> network;
    private final DriverRegistry<NameServer> names;
    private final List<ServiceTracker<?, ?>> trackers;
    private volatile CoreConfig config;

    @Activate
    public Registries(BundleContext context, CoreConfig config) {
        this.config = config;
        storage = new DriverRegistry<>(DriverKind.STORAGE, d -> Set.of(d.name()), this::waitMillis);
        cgroup = new DriverRegistry<>(DriverKind.CGROUP, d -> Set.of(d.name()), this::waitMillis);
        namespace = new DriverRegistry<>(DriverKind.NAMESPACE, d -> Set.of(d.name()), this::waitMillis);
        exec = new DriverRegistry<>(DriverKind.EXEC, ExecutionBackend::runtimes, this::waitMillis);
        network = new DriverRegistry<>(DriverKind.NETWORK, d -> Set.of(d.name()), this::waitMillis);
        names = new DriverRegistry<>(DriverKind.NAMES, d -> Set.of(d.name()), this::waitMillis);
        trackers = List.of(
                track(context, StorageDriver.class, storage),
                track(context, CgroupManager.class, cgroup),
                track(context, NamespaceStrategy.class, namespace),
                track(context, ExecutionBackend.class, exec),
                track(context, NetworkDriver.class, network),
                track(context, NameServer.class, names));
    }

    @Modified
    void modified(CoreConfig changed) {
        config = changed;
        LOG.info(
                "defaults: storage {}, cgroup {}, namespace {}, runtime {}",
                changed.storage_driver(),
                changed.cgroup_manager(),
                changed.namespace_strategy(),
                changed.default_runtime());
    }

    @Deactivate
    void stop() {
        trackers.forEach(ServiceTracker::close);
    }

    public DriverRegistry<StorageDriver> storage() {
        return storage;
    }

    public DriverRegistry<CgroupManager> cgroup() {
        return cgroup;
    }

    public DriverRegistry<NamespaceStrategy> namespace() {
        return namespace;
    }

    public DriverRegistry<ExecutionBackend> exec() {
        return exec;
    }

    public DriverRegistry<NetworkDriver> network() {
        return network;
    }

    public DriverRegistry<NameServer> names() {
        return names;
    }

    public List<DriverRegistry<? extends Driver>> all() {
        return List.of(storage, cgroup, namespace, exec, network, names);
    }

    /** The configuration as it is now. */
    public CoreConfig config() {
        return config;
    }

    private long waitMillis() {
        return config.driver_wait_millis();
    }

    private <D extends Driver> ServiceTracker<D, DriverEntry<D>> track(
            BundleContext context, Class<D> type, DriverRegistry<D> registry) {
        ServiceTracker<D, DriverEntry<D>> tracker = new ServiceTracker<>(context, type.getName(), null) {
            @Override
            public DriverEntry<D> addingService(ServiceReference<D> reference) {
                D driver = context.getService(reference);
                LOG.info("{} {} is there, from {}", registry.kind().title(), driver.name(), reference.getBundle());
                return registry.add(driver, reference.getBundle());
            }

            @Override
            public void removedService(ServiceReference<D> reference, DriverEntry<D> entry) {
                long start = System.nanoTime();
                boolean clean = registry.remove(entry, config.drain_millis());
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                if (clean) {
                    LOG.info("{} {} left after {} ms", registry.kind().title(), entry.name, millis);
                } else {
                    LOG.warn(
                            "{} {} left with {} calls in flight after {} ms",
                            registry.kind().title(),
                            entry.name,
                            entry.leases(),
                            millis);
                }
                context.ungetService(reference);
            }
        };
        tracker.open();
        return tracker;
    }
}

package dev.felucca.docker;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.container.ContainerExecs;
import dev.felucca.api.container.ContainerFiles;
import dev.felucca.api.container.ContainerLifecycle;
import dev.felucca.api.container.ContainerStreams;
import dev.felucca.api.container.ContainerViews;
import dev.felucca.api.driver.Drivers;
import dev.felucca.api.event.Events;
import dev.felucca.api.image.Images;
import dev.felucca.api.network.Networks;
import dev.felucca.api.volume.Volumes;
import dev.felucca.docker.route.Engine;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/** The services from the registry. */
final class EngineServices implements Engine, AutoCloseable {
    /** How long a request waits for a service. */
    private static final long WAIT_MILLIS = 10_000;

    private final BundleContext context;
    private final Map<Class<?>, ServiceTracker<?, ?>> trackers = new ConcurrentHashMap<>();

    EngineServices(BundleContext context) {
        this.context = context;
    }

    private <T> T get(Class<T> type) {
        ServiceTracker<?, ?> tracker = trackers.computeIfAbsent(type, t -> {
            ServiceTracker<T, T> opened = new ServiceTracker<>(context, type, null);
            opened.open();
            return opened;
        });
        try {
            Object service = tracker.getService();
            if (service == null) {
                service = tracker.waitForService(WAIT_MILLIS);
            }
            if (service != null) {
                return type.cast(service);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw EngineException.unavailable(
                "the engine's service " + type.getSimpleName() + " is not available now; the engine's log says why");
    }

    @Override
    public ContainerLifecycle lifecycle() {
        return get(ContainerLifecycle.class);
    }

    @Override
    public ContainerViews views() {
        return get(ContainerViews.class);
    }

    @Override
    public ContainerStreams streams() {
        return get(ContainerStreams.class);
    }

    @Override
    public ContainerExecs execs() {
        return get(ContainerExecs.class);
    }

    @Override
    public ContainerFiles files() {
        return get(ContainerFiles.class);
    }

    @Override
    public Images images() {
        return get(Images.class);
    }

    @Override
    public Networks networks() {
        return get(Networks.class);
    }

    @Override
    public Volumes volumes() {
        return get(Volumes.class);
    }

    @Override
    public Drivers drivers() {
        return get(Drivers.class);
    }

    @Override
    public Events events() {
        return get(Events.class);
    }

    @Override
    public EngineRoots roots() {
        return get(EngineRoots.class);
    }

    @Override
    public String version() {
        var v = context.getBundle().getVersion();
        return v.getMajor() + "." + v.getMinor() + "." + v.getMicro();
    }

    @Override
    public void close() {
        trackers.values().forEach(ServiceTracker::close);
    }
}

package dev.felucca.shell.command;

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
import dev.felucca.api.storage.RootTrees;
import dev.felucca.api.volume.Volumes;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/** The services from the registry. */
final class EngineServices implements Engine, AutoCloseable {
    /** How long a command waits for a service. */
    private static final long WAIT_MILLIS = 10_000;

    private final BundleContext context;
    private final ServiceTracker<ContainerLifecycle, ContainerLifecycle> lifecycle;
    private final ServiceTracker<ContainerViews, ContainerViews> views;
    private final ServiceTracker<ContainerStreams, ContainerStreams> streams;
    private final ServiceTracker<ContainerExecs, ContainerExecs> execs;
    private final ServiceTracker<ContainerFiles, ContainerFiles> files;
    private final ServiceTracker<RootTrees, RootTrees> trees;
    private final ServiceTracker<Images, Images> images;
    private final ServiceTracker<Networks, Networks> networks;
    private final ServiceTracker<Volumes, Volumes> volumes;
    private final ServiceTracker<Drivers, Drivers> drivers;
    private final ServiceTracker<Events, Events> events;
    private final ServiceTracker<EngineRoots, EngineRoots> roots;

    EngineServices(BundleContext context) {
        this.context = context;
        lifecycle = tracker(ContainerLifecycle.class);
        views = tracker(ContainerViews.class);
        streams = tracker(ContainerStreams.class);
        execs = tracker(ContainerExecs.class);
        files = tracker(ContainerFiles.class);
        trees = tracker(RootTrees.class);
        images = tracker(Images.class);
        networks = tracker(Networks.class);
        volumes = tracker(Volumes.class);
        drivers = tracker(Drivers.class);
        events = tracker(Events.class);
        roots = tracker(EngineRoots.class);
    }

    private <T> ServiceTracker<T, T> tracker(Class<T> type) {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        return tracker;
    }

    private static <T> T get(ServiceTracker<T, T> tracker, String what) {
        try {
            T service = tracker.getService();
            if (service == null) service = tracker.waitForService(WAIT_MILLIS);
            if (service != null) return service;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw EngineException.unavailable("the engine's " + what + " is not available now; the engine's log says why");
    }

    @Override
    public ContainerLifecycle lifecycle() {
        return get(lifecycle, "container service");
    }

    @Override
    public ContainerViews views() {
        return get(views, "container service");
    }

    @Override
    public ContainerStreams streams() {
        return get(streams, "container service");
    }

    @Override
    public ContainerExecs execs() {
        return get(execs, "container service");
    }

    @Override
    public ContainerFiles files() {
        return get(files, "container service");
    }

    @Override
    public RootTrees trees() {
        return get(trees, "access to files");
    }

    @Override
    public Images images() {
        return get(images, "image store");
    }

    @Override
    public Networks networks() {
        return get(networks, "network service");
    }

    @Override
    public Volumes volumes() {
        return get(volumes, "volume service");
    }

    @Override
    public Drivers drivers() {
        return get(drivers, "driver registry");
    }

    @Override
    public Events events() {
        return get(events, "event service");
    }

    @Override
    public EngineRoots roots() {
        return get(roots, "directory service");
    }

    @Override
    public String version() {
        var v = context.getBundle().getVersion();
        return v.getMajor() + "." + v.getMinor() + "." + v.getMicro()
                + (v.getQualifier().isEmpty() ? "" : "-" + v.getQualifier());
    }

    @Override
    public void close() {
        lifecycle.close();
        views.close();
        streams.close();
        execs.close();
        files.close();
        trees.close();
        images.close();
        networks.close();
        volumes.close();
        drivers.close();
        events.close();
        roots.close();
    }
}

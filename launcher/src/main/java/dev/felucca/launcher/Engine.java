package dev.felucca.launcher;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.log.LoggerFactory;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;

/** The framework with the shipped bundles in it. One thread starts, serves and closes it; requests come from any. */
final class Engine implements AutoCloseable {
    private static final Logger log = org.slf4j.LoggerFactory.getLogger(Engine.class);

    /** System property: the services, separated by commas, whose presence means that the engine is ready. */
    private static final String READY_SERVICES = "felucca.ready.services";

    private static final String DEFAULT_READY_SERVICES =
            "dev.felucca.api.container.ContainerLifecycle,dev.felucca.shell.terminal.ShellEndpoint";

    /** How long a service may take to come up (reconciling after a crash is part of it). */
    private static final int READY_SECONDS = 60;

    /** How long bundles may take to stop; containers of the in-process backend end in this time. */
    private static final int STOP_SECONDS = 60;

    private enum Request {
        STOP,
        RELOAD
    }

    private final Layout layout;
    private final Framework framework;
    private final BlockingQueue<Request> requests = new ArrayBlockingQueue<>(64);
    private final Map<Long, Throwable> failures = new ConcurrentHashMap<>();

    Engine(Layout layout) throws LaunchException {
        this.layout = layout;
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow(() -> new LaunchException("there is no OSGi framework on the class path"))
                .newFramework(properties(layout));
    }

    private static Map<String, String> properties(Layout layout) {
        Map<String, String> p = new HashMap<>();
        p.put(Constants.FRAMEWORK_STORAGE, layout.frameworkStorage().toString());
        p.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, String.valueOf(Bundles.SERVICES));
        p.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SystemPackages.EXTRA);
        // a new build of a driver is installed beside the one that serves
        p.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
        p.put("felix.log.level", "1"); // errors; the events below say the rest
        p.put("felucca.home", layout.home().toString());
        p.put("felucca.data.root", layout.data().toString());
        p.put("felucca.run.root", layout.run().toString());
        return p;
    }

    /** Returns when the engine is ready. */
    void start() throws LaunchException, InterruptedException {
        try {
            framework.init();
            BundleContext context = framework.getBundleContext();
            context.addFrameworkListener(event -> {
                if (event.getType() == FrameworkEvent.ERROR) {
                    failures.putIfAbsent(event.getBundle().getBundleId(), event.getThrowable());
                    log.error("{}", event.getBundle().getSymbolicName(), event.getThrowable());
                }
            });
            context.registerService(LoggerFactory.class, new OsgiLog(), FrameworkUtil.asDictionary(Map.of()));
            Bundles bundles = new Bundles(context);
            bundles.install(layout.bundles());
            framework.start();
            new Configurer(layout, context).apply();
            startLevel(Bundles.ALL);
            bundles.verify(failures);
            awaitServices(context);
        } catch (BundleException e) {
            throw new LaunchException("the OSGi framework does not start: " + LaunchException.reason(e), e);
        }
    }

    private void startLevel(int level) throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        framework.adapt(FrameworkStartLevel.class).setStartLevel(level, event -> {
            if (event.getType() == FrameworkEvent.STARTLEVEL_CHANGED) reached.countDown();
        });
        reached.await();
    }

    private void awaitServices(BundleContext context) throws LaunchException, InterruptedException {
        Components components = new Components(context);
        Optional<String> failure = components.failure();
        if (failure.isPresent()) throw new LaunchException(failure.get());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        for (String name :
                System.getProperty(READY_SERVICES, DEFAULT_READY_SERVICES).split(",")) {
            ServiceTracker<Object, Object> tracker = new ServiceTracker<>(context, name, null);
            tracker.open();
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            Object service = tracker.waitForService(Math.max(1, left));
            tracker.close();
            if (service == null) throw new LaunchException(absent(name, components));
        }
    }

    private static String absent(String service, Components components) {
        Optional<String> failure = components.failure();
        if (failure.isPresent()) return failure.get();
        List<String> waiting = components.waiting();
        return "the service " + service + " did not come within " + READY_SECONDS + " s"
                + (waiting.isEmpty() ? "" : ": " + String.join("; ", waiting));
    }

    /** Carries out requests until one is to stop, or the framework was stopped from within. */
    void serve() throws InterruptedException {
        Thread watch = new Thread(this::watch, "felucca-framework");
        watch.setDaemon(true);
        watch.start();
        while (requests.take() != Request.STOP) reload();
    }

    private void watch() {
        try {
            FrameworkEvent event;
            do event = framework.waitForStop(0);
            while (event.getType() == FrameworkEvent.STOPPED_UPDATE);
            requestStop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reload() {
        try {
            new Configurer(layout, framework.getBundleContext()).apply();
            log.info("Reloaded {}", layout.config());
        } catch (LaunchException e) {
            log.error("The configuration stays as it was: {}", e.getMessage());
        }
    }

    void requestStop() {
        // a full queue holds a stop or is being worked off; a person who asks again is heard
        if (!requests.offer(Request.STOP)) log.warn("Too many requests at once; one to stop was dropped");
    }

    void requestReload() {
        if (!requests.offer(Request.RELOAD)) log.warn("Too many requests at once; one to reload was dropped");
    }

    @Override
    public void close() {
        try {
            framework.stop();
            FrameworkEvent event = framework.waitForStop(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            if (event.getType() == FrameworkEvent.WAIT_TIMEDOUT)
                log.error("The bundles did not stop within {} s", STOP_SECONDS);
        } catch (BundleException e) {
            log.error("The framework did not stop in order", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

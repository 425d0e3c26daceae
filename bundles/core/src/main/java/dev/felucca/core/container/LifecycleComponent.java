package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerLifecycle;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.Recovered;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.event.Events;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.InitProgram;
import dev.felucca.api.image.Images;
import dev.felucca.api.image.Progress;
import dev.felucca.api.network.NetworkNames;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.core.driver.Lease;
import dev.felucca.core.driver.Registries;
import dev.felucca.core.network.NetworkTable;
import dev.felucca.core.store.ContainerDirectories;
import dev.felucca.core.store.ContainerStore;
import dev.felucca.core.store.ExecStore;
import dev.felucca.core.streams.LogWatch;
import dev.felucca.core.task.Workers;
import dev.felucca.core.volume.VolumeStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns each request into tasks on the container's queue. */
@Component(
        service = {ContainerLifecycle.class, LifecycleComponent.class},
        immediate = true)
public final class LifecycleComponent implements ContainerLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(LifecycleComponent.class);
    private static final int DEFAULT_STOP_SECONDS = 10;
    /** How long it is waited for what an earlier engine left, before clients are let in. */
    private static final long READY_SECONDS = 2;

    private final Engine engine;
    private final SpecBuilder specs;
    private final Ending exits;
    private final Starter starter;
    private final Creation creation;
    private final Signaller signaller;
    private final Restarts restarts;
    private final Updates updates;
    private final AutoCloseable imageListener;
    private final CompletableFuture<ServiceRegistration<Recovered>> recovered;
    private final ServiceRegistration<NetworkNames> names;
    private final BundleContext context;
    private final SynchronousBundleListener frameworkListener = this::onBundleEvent;
    private volatile boolean ending;

    @Activate
    public LifecycleComponent(
            BundleContext context,
            @Reference EngineRoots roots,
            @Reference Registries registries,
            @Reference Images images,
            @Reference Events events,
            @Reference InitProgram initProgram) {
        this.context = context;
        Workers workers = new Workers(() -> {
            int configured = registries.config().workers();
            return configured > 0 ? configured : 2 * Runtime.getRuntime().availableProcessors();
        });
        ContainerDirectories directories = new ContainerDirectories(roots);
        Layers layers = new Layers(images, registries.storage());
        ContainerTable table = new ContainerTable();
        engine = new Engine(
                roots,
                registries,
                images,
                events,
                workers,
                table,
                new ExecTable(new ExecStore(roots)),
                new HealthChecks(),
                new LogWatch(),
                directories,
                new ContainerStore(directories),
                new VolumeStore(roots),
                layers,
                new ContainerNetworks(
                        registries,
                        new NetworkTable(
                                roots, () -> List.of(registries.config().address_pools())),
                        new ContainerNames(registries, table),
                        new Links(table)));
        specs = new SpecBuilder(engine, initProgram);
        Ooms ooms = new Ooms(engine);
        exits = new Ending(engine, this::restarts);
        starter = new Starter(engine, specs, exits, ooms);
        restarts = new Restarts(engine, starter::again);
        creation = new Creation(engine);
        signaller = new Signaller(engine);
        updates = new Updates(engine);
        recovered = new Recovery(
                        engine, new Adoption(engine, exits, ooms, new ExecStarter(engine, specs)), starter::start)
                .load()
                .completeOnTimeout(null, READY_SECONDS, TimeUnit.SECONDS)
                .thenApply(v -> context.registerService(Recovered.class, new Recovered() {}, null));
        imageListener = images.onRemoved(() -> workers.execute(layers::collect));
        // no component: a name server refers to it, and Registries, which this one refers to, to name servers
        names = context.registerService(NetworkNames.class, engine.networks().names(), null);
        context.addBundleListener(frameworkListener);
    }

    private Restarts restarts() {
        return restarts;
    }

    /** A framework that ends stops its bundles in an order of its own; containers end while all drivers are there. */
    private void onBundleEvent(BundleEvent event) {
        if (event.getType() != BundleEvent.STOPPING || event.getBundle().getBundleId() != Constants.SYSTEM_BUNDLE_ID) {
            return;
        }
        try {
            endContainers();
        } catch (Exception e) {
            LOG.error("containers could not be ended in order", e);
        }
    }

    @Deactivate
    void stop() throws Exception {
        context.removeBundleListener(frameworkListener);
        endContainers();
        names.unregister();
        engine.logWatch().close();
        engine.workers().close();
        if (!recovered.cancel(false)) {
            recovered.join().unregister();
        }
    }

    /** Ends the containers that do not survive the engine, in order; the others run on. Once. */
    private synchronized void endContainers() throws Exception {
        if (ending) {
            return;
        }
        ending = true;
        imageListener.close();
        restarts.close();
        List<CompletableFuture<Void>> stops = new ArrayList<>();
        int longest = DEFAULT_STOP_SECONDS;
        for (Container c : engine.table().all()) {
            Container.Run run = c.run();
            if (run == null) {
                continue;
            }
            if (run.logged || !run.ready.isDone()) {
                c.hub.finish();
            } else {
                stops.add(stop(c.id, null).toCompletableFuture());
                longest = Math.max(longest, stopSeconds(c));
            }
        }
        try {
            CompletableFuture.allOf(stops.toArray(CompletableFuture[]::new)).get(longest + 20L, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.error("not every container could be stopped", e);
        }
        engine.networks()
                .close(engine.table().all().stream().map(Container::info).toList());
    }

    Engine engine() {
        return engine;
    }

    SpecBuilder specs() {
        return specs;
    }

    @Override
    public CompletionStage<Created> create(
            @Nullable String name, ContainerConfig config, HostConfig hostConfig, Progress unpacking) {
        return onWorker(() -> creation.create(name, config, hostConfig, unpacking));
    }

    @Override
    public CompletionStage<Void> start(String container) {
        return task(container, starter::start);
    }

    @Override
    public CompletionStage<Void> stop(String container, @Nullable Integer seconds) {
        return find(container).thenCompose(c -> {
            int wait = seconds == null ? stopSeconds(c) : seconds;
            return c.queue
                    .submit(() -> Optional.ofNullable(beginStop(c)))
                    .thenCompose(run -> run.isPresent() ? awaitEnd(c, run.get(), wait) : done());
        });
    }

    private static int stopSeconds(Container c) {
        Integer own = c.info().config().stopTimeoutSeconds();
        return own == null ? DEFAULT_STOP_SECONDS : own;
    }

    /** Null if there is no run to wait for. */
    private Container.@Nullable Run beginStop(Container c) {
        Container.Run run = c.run();
        if (c.state().status() == ContainerStatus.RESTARTING) {
            restarts.cancel(c);
            engine.tell(c, "stop");
            return null;
        }
        if (run == null || !c.state().isRunning()) {
            throw new EngineException(
                    EngineException.Kind.NOT_MODIFIED, "Container " + c.info().name() + " is already stopped");
        }
        requestStop(c, run);
        signaller.send(c, signaller.stopSignal(c));
        signaller.thawed(c);
        return run;
    }

    /** No policy starts it again now; and, unless it is the engine that ends, none when the engine starts. */
    private void requestStop(Container c, Container.Run run) {
        run.stopRequested = true;
        if (!ending) {
            c.stopped(true);
        }
    }

    private CompletionStage<Void> awaitEnd(Container c, Container.Run run, int seconds) {
        if (seconds >= 0) {
            run.exited.copy().orTimeout(Math.max(seconds, 0), TimeUnit.SECONDS).exceptionally(late -> {
                engine.workers().execute(() -> signaller.send(c, Signaller.SIGKILL));
                return new ExitStatus(0, 0, false, java.time.Instant.EPOCH);
            });
        }
        return run.cleaned.thenRun(() -> engine.tell(c, "stop"));
    }

    @Override
    public CompletionStage<Void> restart(String container, @Nullable Integer seconds) {
        return find(container).thenCompose(c -> {
            boolean over = c.run() == null && c.state().status() != ContainerStatus.RESTARTING;
            CompletionStage<Void> stopped = over ? done() : stop(c.id, seconds);
            return stopped.thenCompose(v -> start(c.id)).thenRun(() -> engine.tell(c, "restart"));
        });
    }

    @Override
    public CompletionStage<Void> kill(String container, int signal) {
        return find(container).thenCompose(c -> {
            Container.Run run = c.run();
            if (run != null && c.state().isRunning()) {
                return onWorker(() -> {
                            boolean ends = signaller.ends(c, signal);
                            if (ends) {
                                requestStop(c, run);
                            }
                            engine.workers().parked(() -> {
                                signaller.send(c, signal);
                                return true;
                            });
                            return ends;
                        })
                        .thenCompose(ends -> !ends || c.state().status() != ContainerStatus.PAUSED
                                ? done()
                                : c.queue.submit(() -> {
                                    if (c.run() == run) {
                                        signaller.thawed(c);
                                    }
                                    return null;
                                }));
            }
            // perhaps it is being started just now: then behind that
            return c.queue.submit(() -> {
                killLate(c, container, signal);
                return null;
            });
        });
    }

    private void killLate(Container c, String container, int signal) {
        Container.Run run = c.run();
        if (c.state().status() == ContainerStatus.RESTARTING) {
            if (signaller.ends(c, signal)) {
                restarts.cancel(c);
            }
            return;
        }
        if (run == null || !c.state().isRunning()) {
            throw EngineException.conflict(
                    "Cannot kill container: " + container + ": Container " + c.id + " is not running");
        }
        if (signaller.ends(c, signal)) {
            requestStop(c, run);
        }
        signaller.send(c, signal);
        signaller.thawed(c);
    }

    @Override
    public CompletionStage<Void> pause(String container) {
        return task(container, signaller::freeze);
    }

    @Override
    public CompletionStage<Void> unpause(String container) {
        return task(container, signaller::unpause);
    }

    @Override
    public CompletionStage<ExitStatus> wait(String container, WaitCondition condition) {
        return find(container).thenCompose(c -> switch (condition) {
            case NEXT_EXIT -> c.nextExit();
            case REMOVED -> c.removed();
            case NOT_RUNNING -> {
                Container.Run run = c.run();
                if (run != null) {
                    yield run.cleaned;
                }
                yield c.state().status() == ContainerStatus.RESTARTING
                        ? c.nextExit()
                        : CompletableFuture.completedFuture(c.lastExit());
            }
        });
    }

    @Override
    public CompletionStage<Void> remove(String container, boolean force, boolean volumes) {
        return find(container).thenCompose(c -> c.queue
                .submit(() -> removeOrKill(c, force, volumes))
                .thenCompose(run -> run == null
                        ? done()
                        : run.cleaned.thenCompose(s -> c.queue.submit(() -> {
                            if (c.state().status() != ContainerStatus.REMOVING) {
                                exits.remove(c, volumes);
                            }
                            return null;
                        }))));
    }

    private Container.@Nullable Run removeOrKill(Container c, boolean force, boolean volumes) {
        Container.Run run = c.run();
        boolean restarting = c.state().status() == ContainerStatus.RESTARTING;
        if (run == null && c.isGone()) {
            throw EngineException.notFound("No such container: " + c.id);
        }
        if (!force && (run != null || restarting)) {
            throw EngineException.conflict(
                    "You cannot remove a " + c.state().status().word() + " container " + c.id
                            + ". Stop the container before attempting removal or force remove");
        }
        if (run == null) {
            c.backoff.reset();
            exits.remove(c, volumes);
            return null;
        }
        requestStop(c, run);
        signaller.send(c, Signaller.SIGKILL);
        return run;
    }

    @Override
    public CompletionStage<Void> update(String container, Resources changed, @Nullable RestartPolicy policy) {
        return task(container, c -> updates.update(c, changed, policy));
    }

    @Override
    public CompletionStage<Void> rename(String container, String name) {
        return task(container, c -> Renaming.rename(engine, c, name));
    }

    @Override
    public CompletionStage<Pruned> prune(Predicate<ContainerInfo> which) {
        return onWorker(() -> {
            List<String> removed = new ArrayList<>();
            long bytes = 0;
            for (Container c : engine.table().all()) {
                ContainerState s = c.state();
                if (!which.test(c.info())
                        || c.run() != null
                        || s.status() == ContainerStatus.REMOVING
                        || s.status() == ContainerStatus.RESTARTING) {
                    continue;
                }
                long used = engine.workers().parked(() -> usage(c.info()));
                try {
                    engine.workers().parked(() -> remove(c.id, false, false)
                            .toCompletableFuture()
                            .join());
                    removed.add(c.id);
                    bytes += used;
                } catch (java.util.concurrent.CompletionException e) {
                    LOG.info("not pruned: {}: {}", c.id, String.valueOf(e.getCause()));
                }
            }
            return new Pruned(removed, bytes);
        });
    }

    private long usage(ContainerInfo info) {
        try (Lease<StorageDriver> lease = engine.registries().storage().lease(info.storage())) {
            return lease.driver().usage(info.id());
        }
    }

    private CompletableFuture<Container> find(String reference) {
        try {
            return CompletableFuture.completedFuture(engine.table().get(reference));
        } catch (EngineException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<Void> task(String reference, java.util.function.Consumer<Container> body) {
        return find(reference)
                .thenCompose(c -> c.queue.submit(() -> {
                    body.accept(c);
                    return null;
                }));
    }

    private <T> CompletableFuture<T> onWorker(Supplier<T> body) {
        CompletableFuture<T> done = new CompletableFuture<>();
        engine.workers().execute(() -> {
            try {
                done.complete(body.get());
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }
}

package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.image.Image;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.core.driver.Lease;
import dev.felucca.core.store.ContainerStore.Loaded;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up what an earlier engine left, a few containers at a time, each when its execution backend has come: see {@link Adoption}.
 * Only what this engine's own directories name is touched: another engine may run on the same host with other roots.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    /** How many containers are taken up at once; each is some system calls and a message or two. */
    private static final int LANES = 8;
    /** A container that cannot be reached is tried again after this time. */
    private static final long AGAIN_SECONDS = 5;

    private final Engine engine;
    private final Adoption adoption;
    private final Consumer<Container> start;
    private final Map<String, Queue<Left>> byRuntime = new ConcurrentHashMap<>();
    private final AtomicInteger missing = new AtomicInteger();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /** @param ran whether it was recorded as running */
    private record Left(Container container, boolean ran, boolean sameBoot) {}

    /** @param start starts a container as its restart policy wants */
    Recovery(Engine engine, Adoption adoption, Consumer<Container> start) {
        this.engine = engine;
        this.adoption = adoption;
        this.start = start;
    }

    /** Reads what there is; the rest happens on the workers. The future completes when all that can be taken up was. */
    CompletableFuture<Void> load() {
        for (Loaded loaded : engine.store().load()) {
            try {
                Left left = enter(loaded);
                byRuntime
                        .computeIfAbsent(left.container().info().runtime(), r -> new ConcurrentLinkedQueue<>())
                        .add(left);
                missing.incrementAndGet();
            } catch (EngineException e) {
                LOG.error(
                        "container {} cannot be taken up: {}",
                        loaded.container().id(),
                        e.message());
            }
        }
        engine.execs().store().retain(id -> engine.table().find(id) != null);
        if (missing.get() == 0) {
            done.complete(null);
        }
        // drivers come up in any order, and each may have something
        engine.registries().exec().onFirst(this::takeAll);
        engine.registries().storage().onFirst(name -> sweep(name, this::sweepStorage));
        engine.registries().namespace().onFirst(name -> sweep(name, this::sweepPins));
        engine.registries().network().onFirst(name -> sweep(name, this::restoreNetworks));
        engine.registries()
                .names()
                .onFirst(name -> sweep(name, n -> engine.table()
                        .all()
                        .forEach(c -> logged(c, () -> engine.workers().parked(() -> {
                            engine.networks().serve(c);
                            return true;
                        })))));
        later(
                engine.registries().config().driver_wait_millis(),
                () -> byRuntime.keySet().forEach(this::takeAll));
        return done;
    }

    private Left enter(Loaded loaded) {
        ContainerInfo info = loaded.container();
        Image image = engine.images().hold(info.imageId(), info.id());
        engine.table().reserve(info.name(), info.id());
        for (VolumeMount m : info.mounts()) {
            if (m.type().equals("volume")) {
                engine.volumes().register(m.source(), info.id());
            }
        }
        info.endpoints().forEach(engine.networks().table()::register);
        Container c = Creation.container(engine, info, image);
        c.stopped(loaded.stopped());
        boolean ran = info.state().isRunning();
        c.queue.hold();
        if (ran) {
            c.beginRun(new CompletableFuture<>());
            c.hub.expectCopies();
        }
        engine.table().add(c);
        return new Left(c, ran, loaded.sameBoot());
    }

    private void takeAll(String runtime) {
        Queue<Left> queue = byRuntime.get(runtime);
        for (int i = 0; queue != null && i < Math.min(LANES, queue.size()); i++) {
            engine.workers().execute(() -> engine.workers().parked(() -> {
                for (Left left; (left = queue.poll()) != null; ) {
                    take(left);
                }
                return true;
            }));
        }
    }

    private void take(Left left) {
        try {
            attempt(left);
        } finally {
            left.container().queue.release();
            if (missing.decrementAndGet() == 0) {
                done.complete(null);
            }
        }
    }

    private void attempt(Left left) {
        Container c = left.container();
        try {
            adoption.take(c, left.ran(), left.sameBoot());
        } catch (RuntimeException e) {
            LOG.error("what an earlier engine left of container {} cannot be taken up", c.id, e);
            Container.Run run = c.run();
            if (run != null) {
                // it cannot be acted on until it is reached
                run.ready.completeExceptionally(e);
                later(TimeUnit.SECONDS.toMillis(AGAIN_SECONDS), () -> logged(c, () -> again(left)));
            }
            return;
        }
        if (Restarts.wantedAtStart(c)) {
            logged(c, () -> start.accept(c));
        } else if (c.state().status() == ContainerStatus.RESTARTING) {
            c.replace(Container.withState(c.info(), c.state().withStatus(ContainerStatus.EXITED), null));
        }
    }

    private void again(Left left) {
        Container.Run run = left.container().run();
        if (run != null && run.ready.isCompletedExceptionally()) {
            run.ready = new CompletableFuture<>();
            engine.workers().parked(() -> {
                attempt(left);
                return true;
            });
        }
    }

    /** Does it in turn with the container's tasks. */
    private static void logged(Container c, Runnable task) {
        c.queue
                .submit(() -> {
                    task.run();
                    return true;
                })
                .exceptionally(e -> {
                    LOG.error("container {} could not be taken up or started as its restart policy wants", c.id, e);
                    return false;
                });
    }

    private void later(long millis, Runnable then) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, engine.workers()::execute)
                .execute(then);
    }

    private void sweep(String driver, Consumer<String> body) {
        engine.workers().execute(() -> engine.workers().parked(() -> {
            try {
                body.accept(driver);
            } catch (RuntimeException e) {
                LOG.error("clearing what an earlier engine left in {} failed", driver, e);
            }
            return true;
        }));
    }

    /** Read-write layers of containers, and layers of images, that are not there any more. */
    private void sweepStorage(String name) {
        try (Lease<StorageDriver> lease = engine.registries().storage().lease(name)) {
            for (String id : lease.driver().containers()) {
                if (gone(id)) {
                    LOG.warn("removing the read-write layer of {}, which is no container any more", id);
                    lease.driver().remove(id);
                }
            }
        }
        engine.layers().collect();
    }

    private void restoreNetworks(String driver) {
        engine.networks().restore(driver, () -> engine.table().all().stream()
                .map(Container::info)
                .toList());
    }

    /** Pins of runs that are over. */
    private void sweepPins(String name) {
        List<String> pinned;
        try (Lease<NamespaceStrategy> lease = engine.registries().namespace().lease(name)) {
            pinned = lease.driver().containers();
        }
        for (String id : pinned) {
            Container c = engine.table().find(id);
            if (c == null) {
                release(name, id);
            } else {
                // in turn with its tasks: a start under way pins for itself
                c.queue
                        .submit(() -> {
                            if (c.run() == null) {
                                engine.workers().parked(() -> release(name, id));
                            }
                            return true;
                        })
                        .exceptionally(e -> {
                            LOG.error("the namespace pins of {} cannot be removed", id, e);
                            return false;
                        });
            }
        }
    }

    private boolean release(String strategy, String id) {
        LOG.warn("removing the namespace pins of {}", id);
        try (Lease<NamespaceStrategy> lease = engine.registries().namespace().lease(strategy)) {
            lease.driver().release(id);
        }
        return true;
    }

    private boolean gone(String id) {
        return !Files.isDirectory(engine.directories().of(id));
    }
}

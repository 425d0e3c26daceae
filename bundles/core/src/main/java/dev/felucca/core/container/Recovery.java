package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.image.Image;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.core.driver.Lease;
import dev.felucca.core.store.ContainerStore.Loaded;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up what an earlier engine left. A container that did not survive it is recorded as ended; what it left in the kernel is
 * removed by the first task on its queue, so nothing can be done to it before. Only what this engine's own directories
 * name is touched: another engine may run on the same host with other roots.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    /** As a process killed by SIGKILL: nobody saw the true status. */
    private static final int UNSEEN_EXIT = 137;

    private final Engine engine;
    private final Ending ending;

    Recovery(Engine engine, Ending ending) {
        this.engine = engine;
        this.ending = ending;
    }

    void load() {
        for (Loaded loaded : engine.store().load()) {
            try {
                adopt(loaded);
            } catch (EngineException e) {
                LOG.error(
                        "container {} cannot be taken up: {}",
                        loaded.container().id(),
                        e.message());
            }
        }
        // drivers come up in any order, and each may have something
        engine.registries().storage().onFirst(name -> sweep(name, this::sweepStorage));
        engine.registries().namespace().onFirst(name -> sweep(name, this::sweepPins));
        engine.registries().network().onFirst(name -> sweep(name, this::restoreNetworks));
    }

    private void adopt(Loaded loaded) {
        ContainerInfo info = loaded.container();
        Image image = engine.images().hold(info.imageId(), info.id());
        engine.table().reserve(info.name(), info.id());
        for (VolumeMount m : info.mounts()) {
            if (m.type().equals("volume")) {
                engine.volumes().register(m.source(), info.id());
            }
        }
        info.endpoints().forEach(engine.networks().table()::register);
        boolean ran = info.state().isRunning();
        if (ran) {
            String what = loaded.sameBoot() ? "engine" : "machine";
            LOG.warn("container {} ended with the {} that ran it", info.id(), what);
            ContainerState ended = Container.exitedState(
                    info.state(),
                    new ExitStatus(UNSEEN_EXIT, 9, false, Instant.now()),
                    false,
                    "the " + what + " ended, and the container with it; its exit status was not seen");
            info = Container.withState(info, ended, info.cgroupsPath());
        }
        Container c = Creation.container(engine, info, image);
        engine.table().add(c);
        // an exited one too: it may have been half-way through its next start
        c.queue
                .submit(() -> {
                    clear(c, ran);
                    return true;
                })
                .exceptionally(e -> {
                    LOG.error("what container {} left cannot be cleared", c.id, e);
                    return false;
                });
    }

    private void clear(Container c, boolean ran) {
        ContainerInfo info = c.info();
        engine.workers().parked(() -> {
            engine.networks().detach(c, Runnable::run);
            return true;
        });
        engine.workers().parked(() -> {
            try (Lease<CgroupManager> lease = engine.registries().cgroup().lease(info.cgroup())) {
                String path = lease.driver().cgroupsPath(c.id, info.hostConfig().cgroupParent());
                if (lease.driver().exists(path)) {
                    LOG.warn("removing control group {} of container {}", path, c.id);
                    lease.driver().destroy(path);
                }
            }
            return true;
        });
        c.replace(Container.withState(c.info(), c.state(), null));
        if (info.hostConfig().autoRemove() || info.state().status() == ContainerStatus.REMOVING) {
            ending.remove(c, true);
        } else if (ran) {
            engine.store().save(c.info(), false);
        }
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

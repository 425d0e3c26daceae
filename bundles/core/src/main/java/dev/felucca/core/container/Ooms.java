package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.cgroup.CgroupManager.OomWatch;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.core.driver.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of the OOM killer's work as it happens. */
final class Ooms {
    private static final Logger LOG = LoggerFactory.getLogger(Ooms.class);

    private final Engine engine;

    Ooms(Engine engine) {
        this.engine = engine;
    }

    /** Only a container with a limit of its own can run out of memory by itself. */
    void watch(Container c, Container.Run run) {
        ContainerInfo info = c.info();
        String path = info.cgroupsPath();
        if (path == null || info.hostConfig().resources().memory() == null) {
            return;
        }
        try (Lease<CgroupManager> lease = engine.registries().cgroup().lease(info.cgroup())) {
            run.oom = lease.driver().watchOom(path, () -> engine.workers().execute(() -> told(c, run)));
        } catch (EngineException e) {
            // it may have ended already; its end reads the counter
            LOG.debug("the memory events of container {} are not watched", c.id, e);
        }
        if (run.exited.isDone()) {
            end(run);
        }
    }

    private void told(Container c, Container.Run run) {
        if (c.run() != run) {
            return;
        }
        // the state is replaced by its tasks only
        c.queue
                .submit(() -> {
                    if (c.run() == run && c.state().isRunning()) {
                        run.oomTold = true;
                        ContainerInfo info = c.info();
                        c.replace(Container.withState(info, info.state().withOomKilled(), info.cgroupsPath()));
                        engine.tell(c, "oom");
                    }
                    return true;
                })
                .exceptionally(e -> {
                    LOG.error("the lack of memory of container {} cannot be told", c.id, e);
                    return false;
                });
    }

    static void end(Container.Run run) {
        OomWatch watch = run.oom;
        run.oom = null;
        if (watch != null) {
            watch.close();
        }
    }
}

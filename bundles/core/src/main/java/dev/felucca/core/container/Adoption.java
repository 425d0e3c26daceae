package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.exec.AdoptRequest;
import dev.felucca.api.exec.Adopted;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.core.driver.Lease;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what became of a container while no engine was there: it runs on and is this engine's now, or it ended and is
 * recorded so, and what it left in the kernel is removed. Nothing can be done to it before.
 */
final class Adoption {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
    /** As a process killed by SIGKILL: nobody saw the true status. */
    private static final int UNSEEN_EXIT = 137;

    private final Engine engine;
    private final Ending ending;
    private final Ooms ooms;
    private final ExecStarter execs;

    Adoption(Engine engine, Ending ending, Ooms ooms, ExecStarter execs) {
        this.engine = engine;
        this.ending = ending;
        this.ooms = ooms;
        this.execs = execs;
    }

    /**
     * @param ran whether it was recorded as running
     * @param sameBoot whether that was recorded since the machine started; otherwise nothing of it is believed
     * @throws EngineException UNAVAILABLE if it is there and cannot be reached now; nothing has changed then
     */
    void take(Container c, boolean ran, boolean sameBoot) {
        Container.Run present = c.run();
        Container.Run run = present == null ? c.beginRun() : present;
        try {
            decide(c, run, ran, sameBoot);
        } catch (RuntimeException e) {
            if (present == null) {
                c.endRun();
            }
            throw e;
        }
        run.ready.complete(null);
    }

    private void decide(Container c, Container.Run run, boolean ran, boolean sameBoot) {
        ContainerInfo info = c.info();
        if (info.cgroupsPath() == null) {
            try (Lease<CgroupManager> lease = engine.registries().cgroup().lease(info.cgroup())) {
                String path = lease.driver().cgroupsPath(c.id, info.hostConfig().cgroupParent());
                c.replace(Container.withState(info, info.state(), path));
            }
        }
        EarlierExecs earlier = new EarlierExecs(engine, c, run);
        Adopted found = sameBoot
                ? adopt(c, run, earlier)
                : new Adopted.Gone("the machine ended, and the container with it; its exit status was not seen");
        if (found instanceof Adopted.Running running) {
            goesOn(c, run, running);
            earlier.takeUp(running.execs(), execs);
        } else if (found instanceof Adopted.Exited exited) {
            Instant known = c.state().finishedAt();
            // the same end, told by the shim in both cases; which is later says nothing, for the clock may have been
            // set
            if (!ran && exited.status().at().equals(known)) {
                c.endRun();
                clear(c);
                return;
            }
            LOG.info(
                    "container {} ended while no engine was there, with {}",
                    c.id,
                    exited.status().code());
            String loss = exited.logLoss();
            over(c, run, exited.status(), loss == null ? "" : loss);
        } else if (found instanceof Adopted.Gone gone) {
            if (ran) {
                LOG.warn("container {}: {}", c.id, gone.reason());
                over(c, run, new ExitStatus(UNSEEN_EXIT, Signaller.SIGKILL, false, Instant.now()), gone.reason());
            } else {
                c.endRun();
                clear(c);
            }
        }
    }

    private Adopted adopt(Container c, Container.Run run, EarlierExecs earlier) {
        ContainerInfo info = c.info();
        ContainerState s = info.state();
        try (Lease<ExecutionBackend> lease = engine.registries().exec().lease(info.runtime())) {
            run.logged = lease.driver().survivesEngine();
            return lease.driver()
                    .adopt(new AdoptRequest(
                            c.id, info.runtime(), s.pid(), s.startTime(), ending.listener(c, run), earlier::listener));
        }
    }

    private void goesOn(Container c, Container.Run run, Adopted.Running found) {
        ContainerInfo info = c.info();
        ContainerState s = info.state();
        CreatedProcess process = found.process();
        c.hub.beginCopies(process.io());
        Instant started = s.isRunning() && s.startedAt() != null ? s.startedAt() : Instant.now();
        run.startedAt(started);
        c.replace(Container.withState(
                info,
                new ContainerState(
                        frozen(info) ? ContainerStatus.PAUSED : ContainerStatus.RUNNING,
                        process.pid(),
                        process.startTime(),
                        0,
                        s.isRunning() && s.oomKilled(),
                        "",
                        started,
                        null,
                        HealthChecks.first(c, s.health())),
                info.cgroupsPath()));
        engine.saveKept(c);
        engine.networks().adopt(c);
        ooms.watch(c, run);
        engine.health().watch(c, run);
        LOG.info("container {} runs on, pid {}", c.id, process.pid());
    }

    private boolean frozen(ContainerInfo info) {
        String path = info.cgroupsPath();
        if (path == null) {
            return false;
        }
        try (Lease<CgroupManager> lease = engine.registries().cgroup().lease(info.cgroup())) {
            return lease.driver().frozen(path);
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.UNSUPPORTED) {
                throw e;
            }
            LOG.warn("container {} is taken to be as it was recorded: {}", info.id(), e.message());
            return info.state().status() == ContainerStatus.PAUSED;
        }
    }

    private void over(Container c, Container.Run run, ExitStatus status, String reason) {
        ContainerInfo info = c.info();
        ContainerState s = info.state();
        // one that was being started had a run too
        c.replace(Container.withState(info, s.startedAt() == null ? startedAt(s, status.at()) : s, info.cgroupsPath()));
        ending.missed(c, run, status, reason);
    }

    private static ContainerState startedAt(ContainerState s, Instant at) {
        return new ContainerState(
                s.status(), s.pid(), s.startTime(), s.exitCode(), s.oomKilled(), s.error(), at, null, null);
    }

    /** One that did not run: it may have been half-way through its next start. */
    private void clear(Container c) {
        ContainerInfo info = c.info();
        try (Lease<ExecutionBackend> lease = engine.registries().exec().lease(info.runtime())) {
            lease.driver().delete(c.id);
        }
        engine.networks().detach(c, Runnable::run);
        String path = info.cgroupsPath();
        if (path != null) {
            try (Lease<CgroupManager> lease = engine.registries().cgroup().lease(info.cgroup())) {
                if (lease.driver().exists(path)) {
                    LOG.warn("removing control group {} of container {}", path, c.id);
                    lease.driver().destroy(path);
                }
            }
        }
        c.replace(Container.withState(c.info(), info.state(), null));
        if (info.hostConfig().autoRemove() || info.state().status() == ContainerStatus.REMOVING) {
            ending.remove(c, true);
        }
    }
}

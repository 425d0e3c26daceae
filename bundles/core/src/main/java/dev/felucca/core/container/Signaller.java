package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.Signals;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.core.driver.Lease;
import java.util.Map;

/** Signals, freezing and thawing. */
final class Signaller {
    static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final Engine engine;

    Signaller(Engine engine) {
        this.engine = engine;
    }

    /** Sends it now; a process that has just ended is no failure. A frozen container gets SIGKILL by being thawed. */
    void send(Container c, int signal) {
        try (Lease<ExecutionBackend> lease =
                engine.registries().exec().lease(c.info().runtime())) {
            lease.driver().signal(c.id, signal);
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.NOT_FOUND) {
                throw e;
            }
        }
        if (signal == SIGKILL && c.state().status() == ContainerStatus.PAUSED) {
            thaw(c);
        }
        engine.tell(c, "kill", Map.of("signal", Integer.toString(signal)));
    }

    /** The signal that asks the container to end. */
    int stopSignal(Container c) {
        String own = c.info().config().stopSignal();
        String wanted = own != null ? own : c.image.stopSignal();
        return wanted == null || wanted.isEmpty() ? SIGTERM : Signals.parse(wanted);
    }

    void freeze(Container c) {
        ContainerInfo info = c.info();
        switch (info.state().status()) {
            case PAUSED -> throw EngineException.conflict("Container " + info.name() + " is already paused");
            case RUNNING -> {
                engine.workers().parked(() -> {
                    try (Lease<CgroupManager> lease =
                            engine.registries().cgroup().lease(info.cgroup())) {
                        lease.driver().freeze(path(info));
                    }
                    return true;
                });
                status(c, ContainerStatus.PAUSED);
                engine.tell(c, "pause");
            }
            default -> throw notRunning(info);
        }
    }

    void unpause(Container c) {
        if (c.state().status() != ContainerStatus.PAUSED) {
            throw EngineException.conflict("Container " + c.info().name() + " is not paused");
        }
        engine.workers().parked(() -> {
            thaw(c);
            return true;
        });
        status(c, ContainerStatus.RUNNING);
        engine.tell(c, "unpause");
    }

    /** Lets its processes run again; the state is the caller's business. */
    void thaw(Container c) {
        ContainerInfo info = c.info();
        try (Lease<CgroupManager> lease = engine.registries().cgroup().lease(info.cgroup())) {
            lease.driver().thaw(path(info));
        }
    }

    private void status(Container c, ContainerStatus status) {
        ContainerInfo info = c.info();
        ContainerState s = info.state();
        c.replace(Container.withState(
                info,
                new ContainerState(
                        status,
                        s.pid(),
                        s.startTime(),
                        s.exitCode(),
                        s.oomKilled(),
                        s.error(),
                        s.startedAt(),
                        s.finishedAt()),
                info.cgroupsPath()));
        if (!info.hostConfig().autoRemove()) {
            engine.store().save(c.info(), false);
        }
    }

    private static String path(ContainerInfo info) {
        String path = info.cgroupsPath();
        if (path == null) {
            throw notRunning(info);
        }
        return path;
    }

    static EngineException notRunning(ContainerInfo info) {
        return EngineException.conflict("Container " + info.name() + " is not running");
    }
}

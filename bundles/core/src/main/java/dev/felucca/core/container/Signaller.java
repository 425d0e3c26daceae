package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.Signals;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.core.driver.Lease;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Signals, freezing and thawing. */
final class Signaller {
    static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    /** Within which the end of a process is told that has ended. */
    private static final long END_MILLIS = 1000;

    /** SIGINT, SIGQUIT, SIGKILL, SIGTERM. */
    private static final Set<Integer> ENDING = Set.of(2, 3, SIGKILL, SIGTERM);

    private final Engine engine;

    Signaller(Engine engine) {
        this.engine = engine;
    }

    /**
     * Sends it now; a process that has just ended is no failure. A frozen container gets one that ends it by being thawed, as docker
     * does.
     */
    void send(Container c, int signal) {
        Container.Run run = c.run();
        if (run != null) {
            ready(run);
        }
        try (Lease<ExecutionBackend> lease =
                engine.registries().exec().lease(c.info().runtime())) {
            lease.driver().signal(c.id, signal);
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.NOT_FOUND) {
                throw e;
            }
        }
        if (run != null && ends(c, signal) && c.state().status() == ContainerStatus.PAUSED) {
            thaw(c, run);
        }
        engine.tell(c, "kill", Map.of("signal", Integer.toString(signal)));
    }

    /** Waits until a run that an earlier engine began was taken over; throws why it could not be. */
    static void ready(Container.Run run) {
        try {
            run.ready.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof EngineException x ? x : e;
        }
    }

    /** Whether who sends that signal wants the container to end: no restart policy acts then. */
    boolean ends(Container c, int signal) {
        return ENDING.contains(signal) || signal == stopSignal(c);
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
                    freezer(info, b -> b.pause(c.id), m -> m.freeze(path(info)));
                    return true;
                });
                status(c, ContainerStatus.PAUSED);
                engine.tell(c, "pause");
            }
            case RESTARTING ->
                throw EngineException.conflict(
                        "Container " + info.name() + " is restarting, wait until the container is running");
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

    /** The state of one that a signal was to end, and that was thawed for it. */
    void thawed(Container c) {
        if (c.state().status() == ContainerStatus.PAUSED) {
            status(c, ContainerStatus.RUNNING);
            engine.tell(c, "unpause");
        }
    }

    /** As {@link #thaw(Container)}; one that a signal has ended already need not be. */
    private void thaw(Container c, Container.Run run) {
        try {
            thaw(c);
        } catch (EngineException e) {
            try {
                run.exited.get(END_MILLIS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException x) {
                throw e;
            } catch (InterruptedException x) {
                Thread.currentThread().interrupt();
                throw e;
            }
        }
    }

    /** Lets its processes run again; the state is the caller's business. */
    private void thaw(Container c) {
        ContainerInfo info = c.info();
        freezer(info, b -> b.resume(c.id), m -> m.thaw(path(info)));
    }

    /** Has it done by whoever owns the group. */
    private void freezer(ContainerInfo info, Consumer<ExecutionBackend> runtime, Consumer<CgroupManager> manager) {
        try (Lease<ExecutionBackend> exec = engine.registries().exec().lease(info.runtime())) {
            if (exec.driver().ownsCgroup(info.runtime())) {
                runtime.accept(exec.driver());
                return;
            }
        }
        try (Lease<CgroupManager> cgroup = engine.registries().cgroup().lease(info.cgroup())) {
            manager.accept(cgroup.driver());
        }
    }

    private void status(Container c, ContainerStatus status) {
        ContainerInfo info = c.info();
        c.replace(Container.withState(info, info.state().withStatus(status), info.cgroupsPath()));
        engine.saveKept(c);
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

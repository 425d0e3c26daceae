package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.ProcessListener;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.core.TraceRecorder;
import dev.felucca.core.driver.Lease;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a run: init's exit, the exit task that removes everything of the run, and the removal of a container. A step that
 * fails does not keep the others from being done; what could not be removed is logged and told in the state's error.
 */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);
    /** Output that is still held open by a process outside of the container's pid namespace is not waited for longer. */
    private static final long DRAIN_SECONDS = 5;
    /** Of a process that ended with its container. */
    private static final int KILLED = 137;

    private final Engine engine;
    private final Supplier<Restarts> restarts;

    Ending(Engine engine, Supplier<Restarts> restarts) {
        this.engine = engine;
        this.restarts = restarts;
    }

    /** Hears of the end of a run. */
    ProcessListener listener(Container c, Container.Run run) {
        return new ProcessListener() {
            @Override
            public void exited(ExitStatus status) {
                Ending.this.exited(c, run, status, "");
            }

            @Override
            public void exited(ExitStatus status, String reason) {
                Ending.this.exited(c, run, status, reason);
            }
        };
    }

    /** Called by the monitor: never blocks. */
    private void exited(Container c, Container.Run run, ExitStatus status, String reason) {
        run.exited.complete(status);
        c.hub.drained()
                .toCompletableFuture()
                .copy()
                .orTimeout(DRAIN_SECONDS, TimeUnit.SECONDS)
                .exceptionally(late -> {
                    LOG.warn("container {} has exited, but its output is still held open; it is closed now", c.id);
                    return null;
                })
                .thenCompose(drained -> c.queue.submit(() -> {
                    if (c.run() == run) {
                        finish(c, run, status, reason);
                    }
                    return true;
                }))
                .exceptionally(e -> {
                    LOG.error("the exit task of container {} failed", c.id, e);
                    run.cleaned.completeExceptionally(e);
                    return false;
                });
    }

    private void finish(Container c, Container.Run run, ExitStatus status, String reason) {
        boolean again = restarts.get().wanted(c, run, status);
        end(c, run, status, reason, again ? ContainerStatus.RESTARTING : ContainerStatus.EXITED);
        if (again) {
            restarts.get().schedule(c, run);
        }
        told(c, run, status);
    }

    /** The end of a run that no engine saw, or that nobody can tell more of than the reason. No policy acts on it here. */
    void missed(Container c, Container.Run run, ExitStatus status, String reason) {
        run.exited.complete(status);
        end(c, run, status, reason, ContainerStatus.EXITED);
        told(c, run, status);
    }

    private void end(Container c, Container.Run run, ExitStatus status, String reason, ContainerStatus then) {
        TraceRecorder trace = new TraceRecorder("exit");
        StringBuilder errors = new StringBuilder(reason);
        Ooms.end(run);
        boolean oom = engine.workers().parked(() -> cleanUp(c, true, trace, errors)) || run.oomTold;
        ContainerInfo info = c.info();
        ContainerState ended = Container.exitedState(info.state(), status, oom, errors.toString());
        c.replace(Container.withState(info, ended.withStatus(then), null));
        if (oom && !run.oomTold) {
            engine.tell(c, "oom");
        }
        engine.tell(c, "die", Map.of("exitCode", Integer.toString(status.code())));
        c.endRun();
        // what was executed in it was killed with it; most have said so themselves
        engine.execs()
                .of(c)
                .forEach(e -> e.exited.complete(new ExitStatus(KILLED, Signaller.SIGKILL, false, status.at())));
        c.record(trace.finish());
        settle(c);
    }

    private static void told(Container c, Container.Run run, ExitStatus status) {
        run.cleaned.complete(status);
        c.announceExit(status);
    }

    /** Keeps the ended container, or removes it if it was to go by itself. A failure is logged: who waits for the end is told anyway. */
    private void settle(Container c) {
        try {
            if (c.info().hostConfig().autoRemove()) {
                remove(c, true);
            } else {
                engine.save(c, false);
            }
        } catch (RuntimeException e) {
            LOG.error("the end of container {} cannot be recorded", c.id, e);
        }
    }

    /** A start that failed: removes what there is of the run and records why. */
    void abort(Container c, Container.Run run, @Nullable NamespaceRequest request, int code, RuntimeException why) {
        StringBuilder errors = new StringBuilder();
        Ooms.end(run);
        cleanUp(c, request != null, new TraceRecorder("abort"), errors);
        ExitStatus status = new ExitStatus(code, 0, false, Instant.now());
        ContainerInfo info = c.info();
        String message = why instanceof EngineException e ? e.message() : String.valueOf(why.getMessage());
        ContainerState state = new ContainerState(
                info.state().status() == ContainerStatus.CREATED ? ContainerStatus.CREATED : ContainerStatus.EXITED,
                0,
                0,
                code,
                false,
                message + (errors.length() == 0 ? "" : "; " + errors),
                info.state().startedAt(),
                info.state().finishedAt(),
                null);
        c.replace(Container.withState(info, state, null));
        c.endRun();
        settle(c);
        run.exited.complete(status);
        run.cleaned.complete(status);
        c.announceExit(status);
    }

    /** @return whether the OOM killer acted */
    private boolean cleanUp(Container c, boolean pinned, TraceRecorder trace, StringBuilder errors) {
        ContainerInfo info = c.info();
        boolean[] oom = new boolean[1];
        String path = info.cgroupsPath();
        if (path != null) {
            attempt(errors, () -> {
                try (var s = trace.step("cgroup oom");
                        Lease<CgroupManager> lease =
                                engine.registries().cgroup().lease(info.cgroup())) {
                    oom[0] = lease.driver().oomKills(path) > 0;
                }
            });
        }
        attempt(errors, () -> {
            try (var s = trace.step("delete " + info.runtime());
                    Lease<ExecutionBackend> lease = engine.registries().exec().lease(info.runtime())) {
                lease.driver().delete(c.id);
            }
        });
        if (path != null) {
            attempt(errors, () -> {
                try (var s = trace.step("cgroup destroy");
                        Lease<CgroupManager> lease =
                                engine.registries().cgroup().lease(info.cgroup())) {
                    lease.driver().destroy(path);
                }
            });
        }
        try (var s = trace.step("network")) {
            engine.networks().detach(c, step -> attempt(errors, step));
        }
        if (pinned) {
            attempt(errors, () -> {
                try (var s = trace.step("namespaces release");
                        Lease<NamespaceStrategy> lease =
                                engine.registries().namespace().lease(info.namespace())) {
                    lease.driver().release(c.id);
                }
            });
        }
        try (var s = trace.step("streams end")) {
            c.hub.finish();
        }
        c.hub.logIncomplete().ifPresent(lost -> errors.append(errors.length() == 0 ? "" : "; ")
                .append(lost));
        return oom[0];
    }

    private static void attempt(StringBuilder errors, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("a step of a container's end failed", e);
            errors.append(errors.length() == 0 ? "" : "; ").append(e.getMessage());
        }
    }

    /** Removes a container that does not run. */
    void remove(Container c, boolean anonymousVolumes) {
        ContainerInfo info = c.info();
        ContainerState s = info.state();
        c.replace(Container.withState(info, s.withoutProcess(ContainerStatus.REMOVING, s.error()), null));
        try {
            engine.workers().parked(() -> {
                try (Lease<StorageDriver> lease = engine.registries().storage().lease(info.storage())) {
                    lease.driver().remove(c.id);
                }
                return true;
            });
            c.hub.close();
            info.mounts().stream().filter(m -> m.type().equals("volume")).forEach(m -> engine.volumes()
                    .release(m.source(), c.id, anonymousVolumes));
            engine.store().delete(c.id);
        } catch (RuntimeException e) {
            c.replace(Container.withState(
                    info, s.withoutProcess(ContainerStatus.DEAD, "removal failed: " + e.getMessage()), null));
            c.announceFailedRemoval(e);
            throw e;
        }
        engine.table().remove(c);
        engine.execs().forget(c);
        engine.images().release(c.id);
        engine.tell(c, "destroy");
        c.announceRemoval();
    }
}

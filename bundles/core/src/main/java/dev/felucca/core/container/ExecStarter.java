package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ExecConfig;
import dev.felucca.api.exec.Birth;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExecFailedException;
import dev.felucca.api.exec.ExecRequest;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.Box;
import dev.felucca.api.spec.Spec;
import dev.felucca.core.TraceRecorder;
import dev.felucca.core.driver.Lease;
import dev.felucca.core.spec.ExecProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The start of an exec, and its end. */
final class ExecStarter {
    private static final Logger LOG = LoggerFactory.getLogger(ExecStarter.class);
    /** As for a container's own output: who holds it open longer, or does not take it, is not waited for. */
    private static final long DRAIN_SECONDS = 5;

    private static final int NOT_STARTED = 126;

    private final Engine engine;
    private final SpecBuilder specs;

    ExecStarter(Engine engine, SpecBuilder specs) {
        this.engine = engine;
        this.specs = specs;
    }

    static void check(ExecConfig config) {
        if (config.cmd().isEmpty() || config.cmd().get(0).isEmpty()) {
            throw EngineException.invalid("No exec command specified");
        }
        ExecProcess.check(config);
    }

    void start(Exec exec, @Nullable Box size) {
        Container c = exec.container;
        String words = String.join(" ", exec.info().config().cmd());
        watch(exec);
        TraceRecorder trace = new TraceRecorder("exec");
        try {
            if (ExecsComponent.running(c) != exec.run) {
                throw EngineException.conflict("exec " + exec.id + " belongs to a run of the container that is over");
            }
            engine.tell(c, "exec_start: " + words, Map.of("execID", exec.id));
            if (exec.run.logged) {
                engine.execs().store().begin(exec.info(), () -> !exec.run.exited.isDone());
            }
            birth(exec, size, trace);
        } catch (RuntimeException e) {
            // nothing will come: nobody waits for it
            exec.streams.finish();
            exec.bound.complete(null);
            exec.exited.complete(new ExitStatus(
                    e instanceof ExecFailedException x ? x.exitCode() : NOT_STARTED, 0, false, Instant.now()));
            throw e;
        } finally {
            c.record(trace.finish(), true);
        }
    }

    private void birth(Exec exec, @Nullable Box size, TraceRecorder trace) {
        Container c = exec.container;
        ContainerInfo info = c.info();
        ExecConfig config = exec.info().config();
        Spec spec = ExecProcess.container(specs.ofRun(c, exec.run), config);
        List<String> groups = config.user() == null ? info.hostConfig().groupAdd() : List.of();
        try (var s = trace.step("exec " + info.runtime());
                Lease<ExecutionBackend> lease = engine.registries().exec().lease(info.runtime())) {
            boolean ownsGroup = lease.driver().ownsCgroup(info.runtime());
            CreatedProcess process = lease.driver()
                    .exec(new ExecRequest(
                            c.id,
                            exec.id,
                            info.runtime(),
                            spec,
                            ExecProcess.of(spec, size == null ? config : config.withConsoleSize(size)),
                            new UserRequest(exec.info().user(), groups),
                            List.of(),
                            config.openStdin(),
                            new Placement(info, ownsGroup),
                            exec.exited::complete,
                            trace,
                            Duration.ofSeconds(engine.registries().config().birth_timeout_seconds())));
            exec.streams.begin(process.io(), lease.driver().survivesEngine());
            exec.running(process.pid());
            exec.bound.complete(null);
        }
    }

    /** Has the end told, once the process is gone and its output was given to who is there. */
    void watch(Exec exec) {
        exec.bound
                .thenCombine(exec.exited, (bound, status) -> status)
                .thenCompose(status -> exec.streams
                        .drained()
                        .toCompletableFuture()
                        .copy()
                        .completeOnTimeout(null, DRAIN_SECONDS, TimeUnit.SECONDS)
                        .thenApply(drained -> status))
                .thenAcceptAsync(status -> end(exec, status), engine.workers()::execute)
                .exceptionally(e -> {
                    LOG.error("the end of exec {} of container {} failed", exec.id, exec.container.id, e);
                    exec.ended.completeExceptionally(e);
                    return null;
                });
    }

    /** It is over, and that is told. */
    void end(Exec exec, ExitStatus status) {
        exec.over(status.code());
        engine.execs().store().change(exec.info());
        exec.streams.finish();
        engine.tell(exec.container, "exec_die", Map.of("execID", exec.id, "exitCode", Integer.toString(status.code())));
        exec.ended.complete(status);
    }

    /** Its namespaces are the container's: there is nothing to pin. */
    private final class Placement implements Birth {
        private final ContainerInfo info;
        private final boolean ownsGroup;

        Placement(ContainerInfo info, boolean ownsGroup) {
            this.info = info;
            this.ownsGroup = ownsGroup;
        }

        @Override
        public void place(int pid) {
            String path = info.cgroupsPath();
            if (ownsGroup || path == null) {
                return;
            }
            try (Lease<CgroupManager> lease = engine.registries().cgroup().lease(info.cgroup())) {
                lease.driver().join(path, pid);
            }
        }

        @Override
        public void placed(int pid) {}
    }
}

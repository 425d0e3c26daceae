package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerExecs;
import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.container.ExecConfig;
import dev.felucca.api.container.ExecInfo;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.spec.Box;
import dev.felucca.core.driver.Lease;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The execs: each is its own task on the workers, so that one that hangs holds up neither its container nor another exec. */
@Component(service = ContainerExecs.class)
public final class ExecsComponent implements ContainerExecs {
    private final Engine engine;
    private final ExecStarter starter;

    @Activate
    public ExecsComponent(@Reference LifecycleComponent lifecycle) {
        engine = lifecycle.engine();
        starter = new ExecStarter(engine, lifecycle.specs());
        engine.health().begin(engine, this);
    }

    @Override
    public ExecInfo create(String container, ExecConfig config) {
        Container c = engine.table().get(container);
        Container.Run run = running(c);
        ExecStarter.check(config);
        String user = config.user() == null ? specUser(c) : config.user();
        Exec exec = new Exec(Names.newId(), c, run, config, user);
        engine.execs().add(exec);
        engine.tell(c, "exec_create: " + String.join(" ", config.cmd()), Map.of("execID", exec.id));
        return exec.info();
    }

    private static String specUser(Container c) {
        String own = c.info().config().user();
        return own == null ? c.image.user() : own;
    }

    /** The run of a container in which something can be executed now; CONFLICT in docker's words else. */
    static Container.Run running(Container c) {
        Container.Run run = c.run();
        switch (c.state().status()) {
            case RUNNING -> {
                if (run != null && !run.exited.isDone()) {
                    return run;
                }
            }
            case PAUSED ->
                throw EngineException.conflict(
                        "Container " + c.info().name() + " is paused, unpause the container before exec");
            case RESTARTING ->
                throw EngineException.conflict(
                        "Container " + c.info().name() + " is restarting, wait until the container is running");
            default -> {}
        }
        throw EngineException.conflict("Container " + c.id + " is not running");
    }

    @Override
    public Attachment attach(String exec, boolean stdin, OutputSink sink) {
        return engine.execs().get(exec).streams.attach(stdin, sink);
    }

    @Override
    public CompletionStage<Void> start(String exec, @Nullable Box consoleSize) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Exec e;
        try {
            e = engine.execs().get(exec);
            e.take();
        } catch (EngineException x) {
            return CompletableFuture.failedFuture(x);
        }
        engine.workers().execute(() -> {
            try {
                engine.workers().parked(() -> {
                    starter.start(e, consoleSize);
                    return true;
                });
                done.complete(null);
            } catch (RuntimeException | Error x) {
                done.completeExceptionally(x);
            }
        });
        return done;
    }

    @Override
    public CompletionStage<ExitStatus> wait(String exec) {
        try {
            return engine.execs().get(exec).ended.minimalCompletionStage();
        } catch (EngineException x) {
            return CompletableFuture.failedFuture(x);
        }
    }

    @Override
    public void resize(String exec, int rows, int columns) {
        Exec e = engine.execs().get(exec);
        if (e.isOver()) {
            throw notRunning(e);
        }
        e.streams.resize(rows, columns);
    }

    private static EngineException notRunning(Exec e) {
        return EngineException.conflict("exec " + e.id + " is not running");
    }

    @Override
    public CompletionStage<Void> signal(String exec, int signal) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Exec e;
        try {
            e = engine.execs().get(exec);
            if (e.info().status() != ExecInfo.Status.RUNNING) {
                throw notRunning(e);
            }
        } catch (EngineException x) {
            return CompletableFuture.failedFuture(x);
        }
        engine.workers().execute(() -> {
            try (Lease<ExecutionBackend> lease =
                    engine.registries().exec().lease(e.container.info().runtime())) {
                lease.driver().signalExec(e.id, signal);
                done.complete(null);
            } catch (RuntimeException | Error x) {
                done.completeExceptionally(x);
            }
        });
        return done;
    }

    @Override
    public ExecInfo get(String exec) {
        return engine.execs().get(exec).info();
    }

    @Override
    public List<ExecInfo> list(String container) {
        return engine.execs().of(engine.table().get(container)).stream()
                .map(Exec::info)
                .toList();
    }
}

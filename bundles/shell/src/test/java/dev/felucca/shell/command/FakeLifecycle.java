package dev.felucca.shell.command;

import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerLifecycle;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.image.Progress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes down what it is asked; what tests need to answer they set. */
final class FakeLifecycle implements ContainerLifecycle {
    static final String ID = "c0".repeat(32);

    final List<String> calls = new CopyOnWriteArrayList<>();
    final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
    CompletableFuture<Void> started = CompletableFuture.completedFuture(null);

    @Nullable
    RuntimeException failure;

    @Nullable
    ContainerConfig config;

    @Nullable
    HostConfig host;

    static ExitStatus exited(int code) {
        return new ExitStatus(code, 0, false, FakeEngine.NOW);
    }

    @Override
    public CompletionStage<Created> create(@Nullable String name, ContainerConfig c, HostConfig h, Progress p) {
        calls.add("create " + name);
        config = c;
        host = h;
        return CompletableFuture.completedFuture(new Created(ID, name == null ? "odd_name" : name, List.of()));
    }

    private CompletionStage<Void> done(String call) {
        calls.add(call);
        return failure == null ? CompletableFuture.completedFuture(null) : CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletionStage<Void> start(String container) {
        calls.add("start " + container);
        return failure == null ? started : CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletionStage<Void> stop(String container, @Nullable Integer seconds) {
        return done("stop " + container + " " + seconds);
    }

    @Override
    public CompletionStage<Void> restart(String container, @Nullable Integer seconds) {
        return done("restart " + container + " " + seconds);
    }

    @Override
    public CompletionStage<Void> rename(String container, String name) {
        return done("rename " + container + " " + name);
    }

    @Override
    public CompletionStage<Void> kill(String container, int signal) {
        return done("kill " + container + " " + signal);
    }

    @Override
    public CompletionStage<Void> pause(String container) {
        return done("pause " + container);
    }

    @Override
    public CompletionStage<Void> unpause(String container) {
        return done("unpause " + container);
    }

    @Override
    public CompletionStage<ExitStatus> wait(String container, WaitCondition condition) {
        calls.add("wait " + container + " " + condition);
        return exit;
    }

    @Override
    public CompletionStage<Void> remove(String container, boolean force, boolean volumes) {
        return done("remove " + container + " " + force + " " + volumes);
    }

    @Override
    public CompletionStage<Void> update(String container, Resources changed, @Nullable RestartPolicy policy) {
        return done("update " + container + " " + changed.memory() + " " + policy);
    }

    @Override
    public CompletionStage<Pruned> prune(Predicate<ContainerInfo> which) {
        calls.add("prune");
        return CompletableFuture.completedFuture(new Pruned(List.of("a", "b"), 2_500_000));
    }
}

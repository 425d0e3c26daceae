package dev.felucca.shell.command;

import dev.felucca.api.container.ContainerExecs;
import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.container.ExecConfig;
import dev.felucca.api.container.ExecInfo;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.spec.Box;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** One exec, on the streams of {@link FakeStreams}. */
final class FakeExecs implements ContainerExecs {
    final FakeStreams streams = new FakeStreams();
    final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
    final List<String> calls = new CopyOnWriteArrayList<>();

    @Nullable
    ExecConfig config;

    @Nullable
    RuntimeException failure;

    @Override
    public ExecInfo create(String container, ExecConfig asked) {
        calls.add("create in " + container);
        config = asked;
        return get("e1");
    }

    @Override
    public Attachment attach(String exec, boolean stdin, OutputSink sink) {
        return streams.attach(exec, stdin, sink);
    }

    @Override
    public CompletionStage<Void> start(String exec, @Nullable Box consoleSize) {
        calls.add("start " + exec);
        return failure == null ? CompletableFuture.completedFuture(null) : CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletionStage<ExitStatus> wait(String exec) {
        return exit;
    }

    @Override
    public void resize(String exec, int rows, int columns) {
        calls.add("resize");
    }

    @Override
    public CompletionStage<Void> signal(String exec, int signal) {
        calls.add("signal " + exec + " " + signal);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public ExecInfo get(String exec) {
        return new ExecInfo(exec, "c1", Objects.requireNonNull(config), "", ExecInfo.Status.CREATED, 0, 0);
    }

    @Override
    public List<ExecInfo> list(String container) {
        return List.of();
    }
}

package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerLifecycle;
import dev.felucca.api.container.ContainerLifecycle.WaitCondition;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.ExecConfig;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.api.network.NetworkOptions;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The life of one container of {@link DriversTest}: each step's outcome is compared, and the container is removed in any case. */
final class ShortLife {
    private static final int SIGKILL = 9;
    private static final long MIB = 1 << 20;
    private static final long STEP_SECONDS = 60;

    /** Ready for the stop signal when it says so. */
    private static final String PROGRAM = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done";

    private static final Resources LIMITS = new Resources(
            64 * MIB, null, null, null, null, null, null, null, null, null, null, null, null, null, List.of(),
            List.of(), List.of(), List.of(), 100L, List.of());

    private final Call call;
    private final ContainerLifecycle lifecycle;
    private final DriversTest.Combination combination;
    private String step = "create";

    ShortLife(Call call, DriversTest.Combination combination) {
        this.call = call;
        this.lifecycle = call.engine().lifecycle();
        this.combination = combination;
    }

    /** Throws what went wrong, with the step in front; UNSUPPORTED keeps its kind. */
    void live() {
        try {
            String id = done(lifecycle.create(null, config(), hostConfig())).id();
            try {
                live(id);
            } catch (RuntimeException e) {
                discard(id, e);
                throw e;
            }
            step = "remove";
            done(lifecycle.remove(id, false, true));
        } catch (Call.CallerGoneException e) {
            throw e;
        } catch (EngineException e) {
            throw new EngineException(e.kind(), step + ": " + e.message(), e);
        }
    }

    /** With a caller who is gone nobody waits for it. */
    private void discard(String id, RuntimeException why) {
        var removal = lifecycle.remove(id, true, true);
        if (why instanceof Call.CallerGoneException) return;
        try {
            done(removal);
        } catch (EngineException e) {
            why.addSuppressed(e);
        }
    }

    private void live(String id) {
        Text output = new Text("ready\n");
        try (var attached = call.engine().streams().attach(id, false, output)) {
            step = "start";
            done(lifecycle.start(id));
            step = "output";
            done(output.seen);
            step = "drivers";
            ContainerInfo info = call.engine().views().get(id);
            same(
                    combination.toString(),
                    String.join("/", info.storage(), info.cgroup(), info.namespace(), info.runtime()));
            step = "namespaces";
            apart(info.state());
            step = "exec";
            exec(id);
            step = "pause";
            done(lifecycle.pause(id));
            same(ContainerStatus.PAUSED, state(id).status());
            done(lifecycle.unpause(id));
            step = "stop";
            done(lifecycle.stop(id, 60));
            same(7, state(id).exitCode());
        }
        step = "second start";
        done(lifecycle.start(id));
        step = "kill";
        var end = lifecycle.wait(id, WaitCondition.NOT_RUNNING);
        done(lifecycle.kill(id, SIGKILL));
        same(128 + SIGKILL, done(end).code());
    }

    /** The memory limit as the kernel tells it inside, and an exit code. */
    private void exec(String id) {
        Text output = new Text(64 * MIB + "\n");
        var config = new ExecConfig(
                List.of(
                        "sh",
                        "-c",
                        "cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes; exit 5"),
                List.of(),
                null,
                null,
                false,
                false,
                false,
                null);
        String exec = call.engine().execs().create(id, config).id();
        try (var attached = call.engine().execs().attach(exec, false, output)) {
            done(call.engine().execs().start(exec, null));
            same(5, done(call.engine().execs().wait(exec)).code());
        }
        same(64 * MIB + "\n", output.text());
    }

    private static void apart(ContainerState state) {
        for (String type : List.of("mnt", "pid", "uts", "ipc", "net", "cgroup")) {
            if (namespace(Long.toString(state.pid()), type).equals(namespace("self", type)))
                throw EngineException.internal("the " + type + " namespace is the engine's own", null);
        }
    }

    private static String namespace(String process, String type) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", process, "ns", type)).toString();
        } catch (java.io.IOException e) {
            throw EngineException.internal(
                    "no " + type + " namespace of process " + process + ": " + e.getMessage(), e);
        }
    }

    private <T> T done(CompletionStage<T> stage) {
        try {
            return call.await(stage.toCompletableFuture().copy().orTimeout(STEP_SECONDS, TimeUnit.SECONDS));
        } catch (EngineException e) {
            if (e.getCause() instanceof TimeoutException)
                throw new EngineException(EngineException.Kind.UNAVAILABLE, "not done after " + STEP_SECONDS + " s", e);
            throw e;
        }
    }

    private ContainerState state(String id) {
        return call.engine().views().get(id).state();
    }

    private static void same(Object expected, Object seen) {
        if (!expected.equals(seen))
            throw EngineException.internal(
                    "expected " + expected.toString().strip() + ", saw "
                            + seen.toString().strip(),
                    null);
    }

    private static ContainerConfig config() {
        return new ContainerConfig(
                "busybox",
                List.of("sh", "-c", PROGRAM),
                null,
                List.of(),
                null,
                null,
                null,
                "",
                false,
                false,
                false,
                Map.of("felucca.drivers-test", "true"),
                Set.of(),
                Set.of(),
                null,
                null,
                null);
    }

    private HostConfig hostConfig() {
        Map<String, String> annotations = Map.of(
                "felucca.storage", combination.storage(),
                "felucca.cgroup", combination.cgroup(),
                "felucca.namespace", combination.namespace());
        return new HostConfig(
                "none",
                "",
                "private",
                "",
                "private",
                false,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                LIMITS,
                "",
                combination.runtime(),
                annotations,
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                Map.of(),
                null,
                null,
                false,
                RestartPolicy.NO,
                false,
                NetworkOptions.none(),
                List.of(),
                false);
    }

    /** Standard output, and when a text has come. */
    private static final class Text implements OutputSink {
        final CompletableFuture<Void> seen = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final String awaited;

        Text(String awaited) {
            this.awaited = awaited;
        }

        @Override
        public synchronized boolean output(StreamKind stream, ByteBuffer data) {
            byte[] piece = new byte[data.remaining()];
            data.get(piece);
            bytes.writeBytes(piece);
            if (text().contains(awaited)) seen.complete(null);
            return true;
        }

        @Override
        public synchronized void end(StreamKind stream) {
            if (stream == StreamKind.STDOUT)
                seen.completeExceptionally(EngineException.internal("it ended after: " + text().strip(), null));
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}

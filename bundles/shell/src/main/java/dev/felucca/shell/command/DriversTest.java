package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerLifecycle;
import dev.felucca.api.container.ContainerLifecycle.WaitCondition;
import dev.felucca.api.container.ExecConfig;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.driver.DriverInfo;
import dev.felucca.api.driver.DriverKind;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.shell.format.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** {@code drivers test}: the essence of a container's life, with every combination of the drivers that this host can have. */
final class DriversTest {
    private static final String SCRIPT = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done";
    private static final int EXEC_CODE = 5;
    private static final int STOP_CODE = 7;
    private static final int STOP_SECONDS = 30;
    private static final long STEP_SECONDS = 60;

    private final Call call;
    private final Table table = new Table().row("STORAGE", "CGROUP", "NAMESPACE", "RUNTIME", "RESULT");
    private int failed;

    private DriversTest(Call call) {
        this.call = call;
    }

    private record Combination(
            DriverInfo storage, DriverInfo cgroup, DriverInfo namespace, DriverInfo exec, String runtime) {
        String missing() {
            String program = exec.status().getOrDefault("Runtime " + runtime, "");
            return program.startsWith(Driver.UNAVAILABLE) ? runtime + " is " + program : drivers();
        }

        private String drivers() {
            return List.of(storage, cgroup, namespace, exec).stream()
                    .filter(d -> d.state().equals(Driver.UNAVAILABLE))
                    .map(d -> d.name() + " is not available")
                    .reduce("", (a, b) -> a.isEmpty() ? b : a + ", " + b);
        }

        List<String> words() {
            return List.of(
                    "--network=none",
                    "--runtime=" + runtime,
                    "--annotation=felucca.storage=" + storage.name(),
                    "--annotation=felucca.cgroup=" + cgroup.name(),
                    "--annotation=felucca.namespace=" + namespace.name(),
                    "busybox",
                    "sh",
                    "-c",
                    SCRIPT);
        }
    }

    static void run(Call call) {
        DriversTest test = new DriversTest(call);
        for (Combination c : combinations(call.engine().drivers().list())) {
            String missing = c.missing();
            test.table.row(
                    c.storage.name(),
                    c.cgroup.name(),
                    c.namespace.name(),
                    c.runtime,
                    missing.isEmpty() ? test.result(c) : "not run: " + missing);
        }
        test.table.lines().forEach(call.out()::println);
        if (test.failed > 0) {
            call.err().println("felucca: " + test.failed + " combinations of drivers do not work on this host");
            call.exitCode(1);
        }
    }

    private static List<Combination> combinations(List<DriverInfo> drivers) {
        List<Combination> all = new ArrayList<>();
        for (DriverInfo exec : of(DriverKind.EXEC, drivers))
            for (String runtime : exec.choices())
                for (DriverInfo storage : of(DriverKind.STORAGE, drivers))
                    for (DriverInfo cgroup : of(DriverKind.CGROUP, drivers))
                        for (DriverInfo namespace : of(DriverKind.NAMESPACE, drivers))
                            all.add(new Combination(storage, cgroup, namespace, exec, runtime));
        return all;
    }

    private static List<DriverInfo> of(DriverKind kind, List<DriverInfo> drivers) {
        return drivers.stream().filter(d -> d.kind() == kind).toList();
    }

    private String result(Combination c) {
        long begun = System.nanoTime();
        try {
            live(c);
            return "ok, " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms";
        } catch (Call.CallerGoneException e) {
            throw e;
        } catch (EngineException e) {
            failed++;
            return "failed: " + e.message();
        }
    }

    private void live(Combination c) {
        ContainerLifecycle lifecycle = call.engine().lifecycle();
        Call making =
                new Call(call.context(), RunSyntax.of("create", "").build().parse(c.words()));
        String id = call.await(
                        lifecycle.create(null, new ConfigFlags(making).config(false), new HostFlags(making).config()))
                .id();
        try {
            CompletableFuture<Void> ready = new CompletableFuture<>();
            try (var joined = call.engine().streams().attach(id, false, told(ready))) {
                step(lifecycle.start(id));
                step(ready);
            }
            expect("the exit code of an exec", EXEC_CODE, exec(id));
            step(lifecycle.pause(id));
            step(lifecycle.unpause(id));
            CompletionStage<ExitStatus> end = lifecycle.wait(id, WaitCondition.NEXT_EXIT);
            step(lifecycle.stop(id, STOP_SECONDS));
            expect("the exit code after a stop", STOP_CODE, step(end).code());
        } finally {
            step(lifecycle.remove(id, true, true));
        }
    }

    private int exec(String id) {
        var execs = call.engine().execs();
        String exec = execs.create(
                        id,
                        new ExecConfig(
                                List.of("sh", "-c", "exit " + EXEC_CODE),
                                List.of(),
                                null,
                                null,
                                false,
                                false,
                                false,
                                null))
                .id();
        step(execs.start(exec, null));
        return step(execs.wait(exec)).code();
    }

    private static void expect(String what, int wanted, int is) {
        if (is != wanted) {
            throw new EngineException(EngineException.Kind.INTERNAL, what + " is " + is + " and not " + wanted);
        }
    }

    private <T> T step(CompletionStage<T> stage) {
        return call.await(stage.toCompletableFuture().copy().orTimeout(STEP_SECONDS, TimeUnit.SECONDS));
    }

    /** Completes with the first output. */
    private static OutputSink told(CompletableFuture<Void> ready) {
        return new OutputSink() {
            @Override
            public boolean output(StreamKind stream, ByteBuffer data) {
                data.position(data.limit());
                ready.complete(null);
                return true;
            }

            @Override
            public void end(StreamKind stream) {
                ready.completeExceptionally(EngineException.unavailable("the container ended without a word"));
            }
        };
    }
}

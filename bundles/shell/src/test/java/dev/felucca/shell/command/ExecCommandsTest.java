package dev.felucca.shell.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.ExecConfig;
import dev.felucca.api.exec.ExecFailedException;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.api.spec.Box;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExecCommandsTest {
    private final FakeEngine engine = new FakeEngine();
    private final FakeTerminal terminal = new FakeTerminal();
    private final FakeExecs execs = new FakeExecs();

    @BeforeEach
    void setUp() {
        engine.execs = execs;
    }

    private CompletableFuture<Integer> run(String... words) {
        return CompletableFuture.supplyAsync(() -> engine.run(terminal, words));
    }

    private ExecConfig config() {
        return Objects.requireNonNull(execs.config);
    }

    @Test
    void optionsAfterTheContainerBelongToTheProgram() {
        terminal.environment = Map.of("CALLER", "its");
        assertEquals(
                0,
                engine.run(
                        terminal,
                        "exec",
                        "-d",
                        "-u",
                        "1:2",
                        "-w",
                        "/x",
                        "-e",
                        "A=b",
                        "-e",
                        "CALLER",
                        "--privileged",
                        "web",
                        "ls",
                        "-d",
                        "-t"));
        assertEquals(
                new ExecConfig(
                        List.of("ls", "-d", "-t"), List.of("A=b", "CALLER=its"), "/x", "1:2", false, false, true, null),
                config());
        assertEquals(List.of("create in web", "start e1"), execs.calls);
        assertEquals("", terminal.outText());
        assertFalse(execs.streams.sink.isDone());
    }

    @Test
    void outputIsSplitAndTheCodeIsTheProgramsOwn() throws Exception {
        terminal.input("typed");
        var run = run("exec", "-i", "web", "cat");
        execs.streams.stdinClosed.await();
        assertEquals("typed", execs.streams.stdin.toString(StandardCharsets.UTF_8));
        execs.streams.output(StreamKind.STDOUT, "out");
        execs.streams.output(StreamKind.STDERR, "err");
        while (!execs.calls.contains("start e1")) Thread.onSpinWait();
        terminal.signals.get(0).accept(15);
        while (!execs.calls.contains("signal e1 15")) Thread.onSpinWait();
        execs.streams.end();
        execs.exit.complete(FakeLifecycle.exited(42));
        assertEquals(42, run.join());
        assertEquals("out", terminal.outText());
        assertEquals("err", terminal.errText());
    }

    @Test
    void aTerminalIsThereWithItsSizeAtOnce() throws Exception {
        terminal.tty = true;
        var run = run("exec", "-t", "web", "top");
        assertEquals("24x80", execs.streams.resizes.take());
        assertEquals(new Box(24, 80), config().consoleSize());
        assertTrue(config().tty());
        execs.streams.end();
        execs.exit.complete(FakeLifecycle.exited(0));
        assertEquals(0, run.join());
        assertEquals(1, engine.run(new FakeTerminal(), "exec", "-it", "web", "sh"));
    }

    @Test
    void whatCannotBeExecutedHasDockersCodes() {
        for (int code : new int[] {126, 127}) {
            execs.failure = new ExecFailedException("exec: \"nope\": not found", code);
            assertEquals(code, engine.run(terminal, "exec", "web", "nope"));
            assertEquals(code, engine.run(terminal, "exec", "-d", "web", "nope"));
        }
        assertEquals(1, engine.run(terminal, "exec", "web"));
        assertTrue(terminal.errText().contains("requires at least 2 arguments"), terminal.errText());
    }

    @Test
    void topPassesItsOptionsToPs() {
        engine.run(terminal, "create", "busybox"); // gives the configurations
        engine.containers.add(FakeEngine.container(
                "web",
                ContainerStatus.RUNNING,
                Objects.requireNonNull(engine.lifecycle.config),
                Objects.requireNonNull(engine.lifecycle.host)));
        FakeTerminal shown = new FakeTerminal();
        assertEquals(0, engine.run(shown, "top", "web", "-o", "pid,args"));
        assertEquals("PID       CMD\n4711      ps -o pid,args\n", shown.outText());
    }
}

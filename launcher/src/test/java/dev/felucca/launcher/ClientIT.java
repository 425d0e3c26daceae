package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The native client and the real engine, on roots of their own; the run root's path is 200 characters long. */
class ClientIT {
    private static final String CLIENT =
            Path.of("target/felucca").toAbsolutePath().toString();
    private static final String READ = "(${.felucca.terminal} stdin) read";
    private static final String SAY_READY = "(${.felucca.terminal} stdout) println ready; ";

    // set by the one method that runs before all tests
    private static Path roots = Path.of("/");
    private static Path run = Path.of("/");

    @BeforeAll
    static void directories() throws IOException {
        roots = Files.createTempDirectory("felucca-client-it");
        run = roots.resolve("r".repeat(199 - roots.toString().length()));
    }

    @AfterAll
    static void stop() throws Exception {
        assertEquals(0, felucca("shutdown").status());
        try (Stream<Path> files = Files.walk(roots)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(p);
        }
    }

    private record Result(int status, String out, String err) {}

    private static ProcessBuilder command(String... arguments) {
        ProcessBuilder b = new ProcessBuilder(
                Stream.concat(Stream.of(CLIENT), Stream.of(arguments)).toList());
        b.environment().put("FELUCCA_DATA_ROOT", roots.resolve("data").toString());
        b.environment().put("FELUCCA_RUN_ROOT", run.toString());
        return b;
    }

    private static Result felucca(String... arguments) throws Exception {
        return felucca(command(arguments), "");
    }

    private static Result felucca(ProcessBuilder builder, String input) throws Exception {
        Path err = roots.resolve("stderr");
        Process p = builder.redirectError(err.toFile()).start();
        try (OutputStream in = p.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(p.waitFor(90, TimeUnit.SECONDS), "the client hangs");
        return new Result(p.exitValue(), out, Files.readString(err));
    }

    private static Path engine() throws IOException {
        return Path.of("/proc", Files.readString(run.resolve("felucca.pid")).strip());
    }

    @Test
    void aCommandsOutputErrorsAndStatusAreTheClients() throws Exception {
        Result r = felucca(
                "-c",
                "(${.felucca.terminal} stdout) println out; (${.felucca.terminal} stderr) println err;"
                        + " ${.felucca.terminal} exitCode 42");
        assertEquals(new Result(42, "out\n", "err\n"), r);
    }

    @Test
    void aCommandThatIsNotThereIsNamed() throws Exception {
        Result r = felucca("no such", "x");
        assertEquals(1, r.status());
        assertTrue(r.err().contains("there is no command \"no such\""), r.err());
    }

    @Test
    void aFailureIsStatusOneWithAMessage() throws Exception {
        Result r = felucca("lb", "a", "b", "c");
        assertEquals(1, r.status());
        assertTrue(r.err().startsWith("felucca: "), r.err());
        assertEquals("", r.out());
    }

    @Test
    void inputIsTakenOnlyByACommandThatReads() throws Exception {
        // both clients share one input; the first must leave it to the second
        ProcessBuilder b = new ProcessBuilder(
                "sh", "-c", "\"$0\" -c '${.felucca.terminal} exitCode 0'; exec \"$0\" -c '" + READ + "'", CLIENT);
        b.environment().putAll(command().environment());
        Result r = felucca(b, "A");
        assertEquals("65\n", r.out(), r.err());
        assertEquals("-1\n", felucca("-c", READ).out());
    }

    @Test
    void linesAreReadFromAPipe() throws Exception {
        Result r = felucca(
                command(),
                "${.felucca.terminal} exitCode 3\n# remark\n\n(${.felucca.terminal} stdout) println two\nbad\n");
        assertEquals("two\n", r.out());
        assertEquals("felucca: Command not found: bad\n", r.err());
        assertEquals(1, r.status());
    }

    @Test
    void aSignalEndsACommandThatDoesNotListen() throws Exception {
        Process p = command("-c", SAY_READY + READ).start();
        assertEquals('r', p.getInputStream().read());
        assertTrue(p.toHandle().destroy()); // SIGTERM
        assertTrue(p.waitFor(20, TimeUnit.SECONDS));
        assertEquals(128 + 15, p.exitValue());
    }

    @Test
    void aKilledClientLeavesNothingInTheEngine() throws Exception {
        felucca("-c", "");
        long before = sockets();
        long own = 8; // the engine's processes in waiting come and go, each with a few
        List<Process> clients = new ArrayList<>();
        for (int i = 0; i < 3 * own; i++) {
            Process p = command("-c", SAY_READY + READ).start();
            assertEquals('r', p.getInputStream().read());
            clients.add(p);
        }
        assertTrue(sockets() >= before + clients.size() - own);
        for (Process p : clients) p.destroyForcibly().waitFor();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (sockets() > before + own && System.nanoTime() < deadline) Thread.onSpinWait();
        assertTrue(sockets() <= before + own, "the engine still holds connections of dead clients");
    }

    private static long sockets() throws IOException {
        try (Stream<Path> fds = Files.list(engine().resolve("fd"))) {
            return fds.filter(ClientIT::isSocket).count();
        }
    }

    private static boolean isSocket(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed since it was listed
        }
    }

    @Test
    void aSecondEngineIsRefused() throws Exception {
        felucca("-c", "");
        Result r = felucca("daemon");
        assertEquals(1, r.status());
        assertTrue(r.err().contains("another engine, process "), r.err());
        assertTrue(r.err().contains("uses the run root " + run), r.err());
        ProcessBuilder elsewhere = command("daemon");
        elsewhere.environment().put("FELUCCA_RUN_ROOT", roots.resolve("other").toString());
        r = felucca(elsewhere, "");
        assertEquals(1, r.status());
        assertTrue(r.err().contains("uses the data root " + roots.resolve("data")), r.err());
        r = felucca("daemon", "--nonsense");
        assertEquals("felucca: felucca daemon has no option \"--nonsense\"; it has --debug\n", r.err());
    }

    @Test
    void shutdownEndsItAndTheNextCommandStartsItAgain() throws Exception {
        felucca("-c", "");
        Path first = engine().resolve("exe"); // a process that is dead and not yet reaped has none
        assertTrue(Files.exists(first));
        assertEquals(0, felucca("shutdown").status());
        assertFalse(Files.exists(first));
        assertFalse(Files.exists(run.resolve("felucca.pid")));
        assertFalse(Files.exists(run.resolve("shell.sock")));
        Result again = felucca("shutdown");
        assertTrue(again.status() == 0 && again.err().contains("no engine runs on"), again.err());
        // several at once start one engine
        List<Process> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++)
            clients.add(
                    command("-c", "(${.felucca.terminal} stdout) println up").start());
        for (Process p : clients) {
            assertEquals("up\n", new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(0, p.waitFor());
        }
    }

    @Test
    void aClientWaitsForADaemonThatComesUp() throws Exception {
        felucca("shutdown");
        Process daemon = command("daemon").redirectErrorStream(true).start();
        try (var in = daemon.getInputStream()) {
            Path pidFile = run.resolve("felucca.pid");
            while (!Files.exists(pidFile) && daemon.isAlive()) Thread.onSpinWait();
            Result r = felucca("-c", SAY_READY);
            assertEquals(new Result(0, "ready\n", ""), r);
            assertEquals(daemon.pid() + "\n", Files.readString(pidFile));
            // and one that goes down is waited for, too
            assertTrue(daemon.toHandle().destroy());
            while (Files.exists(run.resolve("shell.sock"))) Thread.onSpinWait();
            r = felucca("-c", SAY_READY);
            assertEquals(new Result(0, "ready\n", ""), r);
            assertEquals(0, daemon.waitFor());
            String said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertFalse(said.contains("felucca:"), said);
        }
    }

    @Test
    void containersEndBeforeTheirDriversGo() throws Exception {
        String script = "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.1; done";
        Process client = command(
                        "run",
                        "--runtime",
                        "inprocess",
                        "--network",
                        "none",
                        "--name",
                        "ends",
                        "busybox",
                        "sh",
                        "-c",
                        script)
                .start();
        assertEquals('u', client.getInputStream().read());
        assertEquals(0, felucca("shutdown").status());
        client.waitFor();
        assertEquals("up\nbye\n", felucca("logs", "ends").out());
        assertEquals("3\n", felucca("wait", "ends").out());
        assertEquals(0, felucca("rm", "ends").status());
    }

    @Test
    void aTerminalsSizeAndModeReachTheCommandAndComeBack() throws Exception {
        // script(1) of Debian's essential bsdutils gives the client a terminal
        String commands = "stty cols 77 rows 33; '" + CLIENT
                + "' -c '(${.felucca.terminal} stdout) println (${.felucca.terminal} windowSize);"
                + " ${.felucca.terminal} raw true'; stty -a";
        ProcessBuilder b = new ProcessBuilder("script", "-qec", commands, "/dev/null");
        b.environment().putAll(command().environment());
        b.environment().put("SHELL", "/bin/sh");
        Result r = felucca(b, "");
        assertTrue(r.out().contains("WindowSize[columns=77, rows=33]"), r.out());
        assertTrue(r.out().matches("(?s).*[; ]icanon[; ].*"), r.out());
        assertEquals(0, r.status());
    }

    @Test
    void aProgramFindsTheTerminalsSizeAtItsFirstMoment() throws Exception {
        // many, since what comes late comes in time now and then; with -i the client's input is joined and left each
        // time
        String commands = "stty cols 77 rows 33; for i in 1 2 3 4 5 6 7 8 9 10; do '" + CLIENT
                + "' run --rm --network none -it busybox stty size; done; '" + CLIENT
                + "' run -d --name sized --network none -t busybox stty size >/dev/null; '" + CLIENT
                + "' wait sized; '" + CLIENT + "' logs sized";
        ProcessBuilder b = new ProcessBuilder("script", "-qec", commands, "/dev/null");
        b.environment().putAll(command().environment());
        b.environment().put("SHELL", "/bin/sh");
        Result r = felucca(b, "");
        // script(1) types a NUL at the end of its own input, and a terminal that echoes shows it
        String out = r.out().replace("\r", "").replace("^@", "");
        assertEquals("33 77\n".repeat(10) + "0\n33 77\n", out);
        assertEquals(0, felucca("rm", "sized").status());
    }

    @Test
    void theDocumentedConfigurationIsAcceptedAndABadSectionNamed() throws Exception {
        Path config = roots.resolve("felucca.json");
        String page = Files.readString(Path.of("../docs/configuration.md"));
        String example = page.substring(page.indexOf("```json") + 7, page.indexOf("```\n\n|"));
        Files.writeString(config, example.strip().replaceAll("}$", ", \"nonsense\": {}}"));
        ProcessBuilder b = command("daemon");
        b.environment().put("FELUCCA_CONFIG", config.toString());
        b.environment().put("FELUCCA_DATA_ROOT", roots.resolve("data2").toString());
        b.environment().put("FELUCCA_RUN_ROOT", roots.resolve("run2").toString());
        Result r = felucca(b, "");
        String said = "felucca: configuration file " + config
                + ": there is no section \"nonsense\"; sections are cgroup.raw, ";
        assertTrue(r.err().startsWith(said), r.err());
        assertEquals(1, r.status());
    }

    @Test
    void theEngineKeepsNothingOfItsCallers() throws Exception {
        felucca("-c", "");
        assertEquals(Path.of("/"), Files.readSymbolicLink(engine().resolve("cwd")));
        assertEquals(Path.of("/dev/null"), Files.readSymbolicLink(engine().resolve("fd/0")));
        assertEquals(run.resolve("engine.out"), Files.readSymbolicLink(engine().resolve("fd/2")));
        assertTrue(Files.readString(engine().resolve("environ")).matches("(?s).*\0FELUCCA_NOFILE_SOFT=[0-9]+\0.*"));
    }
}

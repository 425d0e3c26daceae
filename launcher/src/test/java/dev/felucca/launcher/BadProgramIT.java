package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.launcher.TestEngine.Result;
import java.io.BufferedReader;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Programs that misbehave, and orders that come at the wrong time. */
class BadProgramIT {
    // set by the one method that runs before all tests
    @SuppressWarnings("NullAway.Init")
    private static TestEngine engine;

    @BeforeAll
    static void start() throws Exception {
        engine = new TestEngine();
    }

    @AfterAll
    static void stop() throws Exception {
        engine.close();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertEquals(List.of(), engine.left());
    }

    private static String[] run(String options, String script) {
        List<String> all = new ArrayList<>(List.of("run", "--network", "none"));
        all.addAll(List.of(options.split(" ")));
        all.addAll(List.of("busybox", "sh", "-c", script));
        return all.toArray(String[]::new);
    }

    private static void background(String name, String options, String script) throws Exception {
        engine.felucca(run("-d --name " + name + " " + options, script)).ok();
    }

    /** Waits until the container has written a line. */
    private static void says(String name, String wanted) throws Exception {
        Process follower = engine.command("logs", "-f", name).start();
        try (BufferedReader lines = follower.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) if (line.equals(wanted)) return;
            throw new AssertionError(name + " ended without \"" + wanted + "\"");
        } finally {
            follower.destroy();
            follower.waitFor();
        }
    }

    @Test
    void ordersAtTheWrongTime() throws Exception {
        background("early", "-i", "exec cat");
        engine.felucca("rm", "early").fails(1, "You cannot remove a running container");
        engine.felucca("start", "early").ok();
        engine.felucca("unpause", "early").fails(1, "is not paused");
        engine.felucca("pause", "early").ok();
        engine.felucca("pause", "early").fails(1, "is already paused");
        engine.felucca("start", "early").fails(1, "cannot start a paused container");
        engine.felucca("rm", "early").fails(1, "You cannot remove a paused container");
        engine.felucca("kill", "early").ok();
        engine.felucca("wait", "early").ok();
        engine.felucca("kill", "early").fails(1, "Cannot kill container: early: Container ", " is not running");
        engine.felucca("pause", "early").fails(1, "is not running");
        engine.felucca("stop", "early").ok(); // as docker: what is stopped already is no failure
        engine.felucca("rm", "early").ok();
        assertEquals(List.of(), engine.left());
    }

    @Test
    void aStopWhileItStarts() throws Exception {
        for (int i = 0; i < 5; i++) {
            engine.felucca("create", "--network", "none", "--name", "racing", "busybox", "sleep", "1000")
                    .ok();
            Process start = engine.command("start", "racing").start();
            Process stop = engine.command("stop", "-t", "0", "racing").start();
            TestEngine.finish(start, "");
            TestEngine.finish(stop, "").ok();
            String status = engine.inspect("{{.State.Status}}", "racing");
            assertTrue(List.of("running", "exited").contains(status), status);
            engine.felucca("stop", "-t", "0", "racing").ok();
            assertEquals("exited 137", engine.inspect("{{.State.Status}} {{.State.ExitCode}}", "racing"));
            engine.felucca("rm", "racing").ok();
            assertEquals(List.of(), engine.left());
        }
    }

    @Test
    void aFloodOfOutputArrivesWhole() throws Exception {
        Process p = engine.command(run("--rm", "dd if=/dev/zero bs=65536 count=1024 2>/dev/null; echo end >&2"))
                .start();
        long count = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = p.getInputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) count += n;
        }
        assertEquals("end\n", new String(p.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, p.waitFor());
        assertEquals(65536L * 1024, count);
    }

    @Test
    void aFloodWhoseReaderIsGoneDelaysNobody() throws Exception {
        Process reader = engine.command(run("--name flood --log-opt max-size=1m", "exec yes"))
                .start();
        assertEquals('y', reader.getInputStream().read());
        reader.destroyForcibly().waitFor();
        long begun = System.nanoTime();
        assertEquals("other\n", engine.felucca(run("--rm", "echo other")).ok());
        engine.felucca("kill", "flood").ok();
        assertEquals("137\n", engine.felucca("wait", "flood").ok());
        assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(20));
        engine.felucca("rm", "flood").ok();
    }

    @Test
    void outputThatIsClosed() throws Exception {
        Result r = engine.felucca(run("--rm", "exec >&- 2>&-; sleep 0.2; exit 3"));
        assertEquals(new Result(3, "", ""), r);
        background("closed", "", "exec >&- 2>&- sleep 1000");
        engine.felucca("logs", "closed").ok();
        engine.felucca("kill", "closed").ok();
        assertEquals("137\n", engine.felucca("wait", "closed").ok());
        engine.felucca("rm", "closed").ok();
    }

    @Test
    void aProgramThatIgnoresItsStopSignal() throws Exception {
        background("stubborn", "", "trap '' TERM; echo deaf; while :; do sleep 1000; done");
        says("stubborn", "deaf");
        engine.felucca("stop", "-t", "1", "stubborn").ok();
        assertEquals(
                "exited 137 false",
                engine.inspect("{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}", "stubborn"));
        engine.felucca("rm", "stubborn").ok();
    }

    @Test
    void aForkBombUnderALimit() throws Exception {
        background(
                "bomb",
                "--pids-limit 30",
                // pid 1 forks no more: a shell that cannot fork ends
                "bomb() { bomb | bomb & }; bomb 2>/dev/null & echo lit; exec sleep 1000");
        says("bomb", "lit");
        assertEquals("fine\n", engine.felucca(run("--rm", "echo fine")).ok());
        String id = engine.inspect("{{.Id}}", "bomb");
        for (Path group : engine.groups())
            if (group.endsWith(id) && Files.exists(group.resolve("pids.current"))) {
                assertEquals("30", Files.readString(group.resolve("pids.max")).strip());
                long now = Long.parseLong(
                        Files.readString(group.resolve("pids.current")).strip());
                assertTrue(now <= 30, "processes: " + now);
            }
        engine.felucca("kill", "bomb").ok();
        assertEquals("137\n", engine.felucca("wait", "bomb").ok());
        engine.felucca("rm", "bomb").ok();
    }

    @Test
    void anOomKillIsReportedAsOne() throws Exception {
        Result r = engine.felucca(
                run("--name oom --memory 16m --memory-swap 16m", "x=aaaaaaaa; while :; do x=$x$x; done"));
        assertEquals(137, r.status(), r.err());
        assertEquals(
                "exited 137 true", engine.inspect("{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}", "oom"));
        engine.felucca("rm", "oom").ok();
    }
}

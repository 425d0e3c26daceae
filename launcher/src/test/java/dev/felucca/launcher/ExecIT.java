package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.launcher.TestEngine.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Exec, attach, top, update and restart policies as a user has them, with pipes and with a terminal. */
class ExecIT {
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
        String containers = engine.felucca("ps", "-aq").ok().replace('\n', ' ').strip();
        if (!containers.isEmpty())
            engine.felucca(("rm -f -v " + containers).split(" ")).ok();
        assertEquals(List.of(), engine.left());
    }

    private static void background(String name, String... more) throws Exception {
        String[] first = {"run", "-d", "--network", "none", "--name", name};
        engine.felucca(Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new))
                .ok();
    }

    /** Has a shell command run with a terminal of 33 rows and 77 columns; script(1) is of Debian's essential bsdutils. */
    private static Result onTerminal(String command, String typed) throws Exception {
        ProcessBuilder b = new ProcessBuilder("script", "-qec", "stty rows 33 cols 77; " + command, "/dev/null");
        b.environment().putAll(engine.command().environment());
        b.environment().put("SHELL", "/bin/sh");
        return TestEngine.finish(b.start(), typed);
    }

    private static String client() {
        return engine.command().command().get(0);
    }

    private static String line(BufferedReader from, String wanted) throws IOException {
        for (String line = from.readLine(); line != null; line = from.readLine())
            if (line.contains(wanted)) return line;
        throw new AssertionError("it ended without \"" + wanted + "\"");
    }

    /** Follows what the engine tells until it has told so often of an action on a container of a name that is used once. */
    private static void awaitEvents(String container, String action, int count) throws Exception {
        Process events = engine.command(
                        "events", "--since", "0", "--filter", "container=" + container, "--filter", "event=" + action)
                .start();
        try (BufferedReader out = events.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < count; i++) line(out, " " + action + " ");
        } finally {
            events.destroy();
            events.waitFor();
        }
    }

    @Test
    void codesAndMessagesAreDockers() throws Exception {
        background("cc", "busybox", "sleep", "1000");
        assertEquals(new Result(0, "hi\n", ""), engine.felucca("exec", "cc", "echo", "hi"));
        assertEquals(42, engine.felucca("exec", "cc", "sh", "-c", "exit 42").status());
        assertEquals(137, engine.felucca("exec", "cc", "sh", "-c", "kill -9 $$").status());
        engine.felucca("exec", "cc", "nosuch").fails(127, "executable file not found in $PATH");
        engine.felucca("exec", "cc", "/etc/passwd").fails(126, "permission denied");
        engine.felucca("exec", "no-such-one", "true").fails(1, "No such container: no-such-one");
        engine.felucca("pause", "cc").ok();
        engine.felucca("exec", "cc", "true").fails(1, "is paused, unpause the container before exec");
        engine.felucca("stop", "-t", "0", "cc").ok();
        engine.felucca("exec", "cc", "true").fails(1, "is not running");
    }

    @Test
    void inputEnvironmentUserAndDirectory() throws Exception {
        background("cc", "-e", "A=container", "busybox", "sleep", "1000");
        Process cat = engine.command("exec", "-i", "cc", "cat").start();
        assertEquals(new Result(0, "typed\n", ""), TestEngine.finish(cat, "typed\n"));
        String show = "echo $A $B; id -un; pwd";
        assertEquals(
                "container b\nnobody\n/tmp\n",
                engine.felucca("exec", "-e", "B=b", "-u", "nobody", "-w", "/tmp", "cc", "sh", "-c", show)
                        .ok());
        engine.felucca("exec", "-d", "cc", "sleep", "500").ok();
        String top = engine.felucca("top", "cc", "-o", "pid,args").ok();
        assertTrue(top.contains("sleep 1000") && top.contains("sleep 500"), top);
    }

    @Test
    void aTerminalWithItsSize() throws Exception {
        background("cc", "busybox", "sleep", "1000");
        Result r = onTerminal(client() + " exec -it cc sh -c 'stty size; tty; exit 5'", "");
        assertTrue(r.out().contains("33 77"), r.out());
        assertTrue(r.out().contains("/dev/pts/"), r.out());
        assertEquals(5, r.status());
        r = onTerminal(client() + " run --rm -it --network none busybox stty size", "");
        assertTrue(r.out().contains("33 77"), r.out());
        engine.felucca("exec", "-it", "cc", "sh").fails(1, "needs a terminal");
    }

    @Test
    void signalsReachTheProgram() throws Exception {
        background("cc", "busybox", "sleep", "1000");
        Process exec = engine.command(
                        "exec", "cc", "sh", "-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done")
                .start();
        try (BufferedReader out = exec.inputReader(StandardCharsets.UTF_8)) {
            line(out, "ready");
            assertTrue(exec.toHandle().destroy()); // SIGTERM
            assertTrue(exec.waitFor(60, TimeUnit.SECONDS));
            assertEquals(3, exec.exitValue());
        }
    }

    @Test
    void theContainersEndIsTheExecs() throws Exception {
        background("cc", "busybox", "sleep", "1000");
        Process exec = engine.command("exec", "cc", "sh", "-c", "echo ready; exec sleep 1000")
                .start();
        try (BufferedReader out = exec.inputReader(StandardCharsets.UTF_8)) {
            line(out, "ready");
            engine.felucca("kill", "cc").ok();
            assertTrue(exec.waitFor(60, TimeUnit.SECONDS));
            assertEquals(137, exec.exitValue());
        }
    }

    @Test
    void severalAttachAndOneLeavesByItsKeys() throws Exception {
        background("cc", "-it", "busybox", "sh", "-c", "while read x; do echo got $x; done");
        Process reader = engine.command("attach", "--no-stdin", "cc").start();
        try (BufferedReader out = reader.inputReader(StandardCharsets.UTF_8)) {
            // a terminal that is typed to, and left by keys of its own; the other client reads on
            Result left = onTerminal(client() + " attach --detach-keys x,y cc", "one\nxy");
            assertEquals(0, left.status(), left.out());
            line(out, "got one");
            assertEquals("true", engine.inspect("{{.State.Running}}", "cc"));
        } finally {
            reader.destroy();
            reader.waitFor();
        }
        engine.felucca("pause", "cc").ok();
        engine.felucca("attach", "cc").fails(1, "You cannot attach to a paused container");
    }

    @Test
    void restartPoliciesAndUpdate() throws Exception {
        background("restarts", "--restart", "on-failure:2", "busybox", "sh", "-c", "exit 5");
        String shown = "{{.RestartCount}} {{.State.Status}} {{.State.ExitCode}}";
        awaitEvents("restarts", "die", 3);
        assertEquals("2 exited 5", engine.inspect(shown, "restarts"));
        background("dd", "--runtime", "inprocess", "busybox", "sleep", "1000");
        engine.felucca("update", "--pids-limit", "20", "--restart", "always", "dd")
                .ok();
        assertEquals("20 always", engine.inspect("{{.HostConfig.PidsLimit}} {{.HostConfig.RestartPolicy.Name}}", "dd"));
        engine.felucca("update", "dd").fails(1, "you must provide one or more flags");
        engine.felucca("run", "--rm", "--restart", "always", "busybox", "true").fails(125, "--restart and --rm");
        // the engine ends in order, and the next one has the container run again
        engine.shutdown();
        awaitEvents("dd", "start", 1); // of the next engine, which this command starts
        assertEquals("running", engine.inspect("{{.State.Status}}", "dd"));
        engine.felucca("stop", "-t", "0", "dd").ok();
        engine.felucca("update", "--restart", "unless-stopped", "dd").ok();
        engine.shutdown();
        assertEquals("exited", engine.inspect("{{.State.Status}}", "dd"));
    }

    @Test
    void aSmallInit() throws Exception {
        Result r = engine.felucca(
                "run", "--rm", "--init", "--network", "none", "busybox", "sh", "-c", "cat /proc/1/comm; exit 9");
        assertEquals("docker-init\n", r.out());
        assertEquals(9, r.status());
        engine.felucca("run", "--rm", "--init", "--network", "none", "busybox", "nosuch")
                .fails(127, "nosuch");
    }
}

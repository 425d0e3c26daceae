package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What explain says of a container that runs, what trace says was done and how long it took, and stats what it uses. */
class ExplainIT {
    /** What is known at birth only: whether init places itself, and the user's numbers. */
    private static final String AT_BIRTH =
            "wait until the process is in its control groups|.* of nobody.*|become user .*";

    private static final String TREE = "[│ ├└─]*";
    private static final String DURATION = "\\d+(\\.\\d+)?(µs|ms|s)";

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
        engine.felucca("rm", "-f", "ex").ok();
        assertEquals(List.of(), engine.left());
    }

    @Test
    void statsShowWhatAContainerUses() throws Exception {
        String format = "{{.Name}} {{.PIDs}} {{.MemUsage}} {{.CPUPerc}}";
        engine.felucca(
                        "run",
                        "-d",
                        "--name",
                        "ex",
                        "--network",
                        "none",
                        "--memory",
                        "64m",
                        "busybox",
                        "sh",
                        "-c",
                        "while :; do :; done")
                .ok();
        String said = engine.felucca("stats", "--no-stream", "--format", format, "ex")
                .ok()
                .strip();
        assertTrue(said.matches("ex 1 [0-9.]+[KM]?i?B / 64MiB [0-9.]+%"), said);
        assertTrue(Double.parseDouble(said.replaceAll(".* |%", "")) > 0, said);
        assertTrue(engine.felucca("stats", "--no-stream").ok().startsWith("CONTAINER ID   NAME"));
        engine.felucca("stop", "-t", "0", "ex").ok();
        assertEquals(
                "ex 0 0B / 0B 0.00%\n",
                engine.felucca("stats", "--no-stream", "-a", "--format", format).ok());
        engine.felucca("stats", "--no-stream", "nosuch").fails(1, "No such container: nosuch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inprocess", "native"})
    void whatIsExplainedIsWhatIsDone(String runtime) throws Exception {
        String bind = engine.roots + ":/mnt/it:ro";
        String id = engine.felucca(("run -d --name ex --network none --hostname hull -u nobody --read-only -v " + bind
                                + " --runtime " + runtime + " busybox sleep 1000")
                        .split(" "))
                .ok()
                .strip();
        List<String> explained = engine.felucca("explain", "ex").ok().lines().toList();
        int last = -1;
        for (String wanted : List.of(
                "clone with new namespaces mnt, uts, ipc, pid, net",
                "attach # (" + engine.roots + ") on /mnt/it ro, private",
                "pivot into the root and detach the old one",
                "set the host name hull",
                "change the mount / ro",
                "become user nobody, by the container's /etc/passwd",
                "execute sleep 1000")) {
            int at = explained.stream().map(ExplainIT::plain).toList().indexOf(wanted);
            assertTrue(at > last, wanted + " is not in its place in " + explained);
            last = at;
        }
        assertEquals(explained.size() - 1, last);

        String traced = engine.felucca("trace", "ex").ok();
        for (String line : traced.lines().toList())
            assertTrue(line.matches(TREE + ".+  " + DURATION + "(  at \\+" + DURATION + ")?"), line);
        for (String step : List.of("create", "storage overlay", "start", "create " + runtime, "plan.compile"))
            assertTrue(traced.lines().anyMatch(l -> l.matches(TREE + step + "  " + DURATION + ".*")), step);
        List<String> done = traced.lines()
                .filter(l -> l.contains("init: "))
                .map(l -> plain(
                        l.replaceAll(".*init: |  " + DURATION + "  at .*", "").replace(id, "CONTAINER")))
                .toList();
        assertEquals(
                List.of(),
                explained.stream()
                        .map(l -> plain(l.replace(id, "CONTAINER")))
                        .filter(l -> !l.matches(AT_BIRTH) && !done.contains(l))
                        .toList(),
                () -> "explained, and not done: " + done.stream().collect(Collectors.joining("\n")));
        String nobody = engine.felucca("exec", "ex", "id", "-u").ok().strip();
        assertTrue(done.contains("become user " + nobody), done.toString());

        engine.felucca("stop", "-t", "0", "ex").ok();
        assertTrue(engine.felucca("trace", "ex").ok().lines().anyMatch(l -> l.startsWith("exit  ")));
    }

    /** Without the numbers of slots, and the group of version 2 that a process is born in where there is one. */
    private static String plain(String line) {
        return line.replaceAll("#\\d+", "#").replace(" into the cgroup # (v2 cgroup)", "");
    }
}

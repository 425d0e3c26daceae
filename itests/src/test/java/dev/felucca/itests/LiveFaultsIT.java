package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.felucca.itests.Client.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.Test;

/** What may happen to a container, its execs and its directories while no engine is there. */
public class LiveFaultsIT extends LiveBase {
    /** Ends of all sorts, and what is told of each. */
    private static final Map<String, Integer> ENDS = new LinkedHashMap<>(Map.of(
            "exit 0", 0,
            "exit 1", 1,
            "exit 255", 255,
            "kill -TERM $$", 143,
            "ulimit -c 0; kill -ABRT $$", 134,
            // a core file, if this host writes any, lies in the container's root
            "kill -SEGV $$", 139));

    private Path mounted = Path.of("/");

    @Test
    public void everySortOfEndIsToldAsItWas() throws Exception {
        for (Combo combo : SURVIVING) {
            Map<String, String> ends = new LinkedHashMap<>();
            List<Path> roots = new ArrayList<>();
            for (String end : ENDS.keySet()) {
                // in the host's pid namespace, since process 1 of another one is not killed by its own signals
                String id = client.felucca(Client.run(combo, List.of("-d", "--pid=host"), "sh", "-c", when("go", end))
                                .toArray(String[]::new))
                        .ok();
                ends.put(id, end);
                roots.add(root(id));
            }
            client.killEngine();
            for (Path root : roots) {
                go(root, "go");
            }
            for (Path root : roots) {
                awaitEnd(root);
            }
            for (Map.Entry<String, String> e : ends.entrySet()) {
                assertEquals(
                        combo + ": " + e.getValue(),
                        "exited " + ENDS.get(e.getValue()),
                        client.inspect(e.getKey(), STATE));
                client.felucca("rm", e.getKey()).ok();
            }
        }
    }

    @Test
    public void aContainerMayCloseItsOutput() throws Exception {
        String id = client.start(
                NATIVE,
                "sh",
                "-c",
                "echo before; " + when("go", "echo last; exec >/dev/null 2>&1; : >/closed; ") + when("end", "exit 5"));
        Path root = root(id);
        client.killEngine();
        go(root, "go");
        Waiting.until("it has closed its output", () -> Files.exists(root.resolve("closed")));
        assertEquals("running 0", client.inspect(id, STATE));
        assertEquals("before\nlast", client.felucca("logs", id).ok());
        assertEquals(new Result(6, "", ""), client.felucca("exec", id, "sh", "-c", "exit 6"));
        Process attached = client.begin("attach", "--no-stdin", id);
        go(root, "end");
        assertEquals(5, attached.waitFor());
        assertEquals("exited 5", client.inspect(id, STATE));
    }

    private String exec(String id, String script) throws Exception {
        List<String> before = execs(id);
        client.felucca("exec", "-d", id, "sh", "-c", script).ok();
        List<String> now = new ArrayList<>(execs(id));
        now.removeAll(before);
        assertEquals(1, now.size());
        return now.get(0);
    }

    /** The execs that have not ended. */
    private List<String> execs(String id) throws Exception {
        return Pattern.compile("[0-9a-f]{64}")
                .matcher(client.inspect(id, "{{json .ExecIDs}}"))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private String state(String exec) throws IOException {
        return client.api("/exec/" + exec + "/json");
    }

    @Test
    public void execsAreKnownToTheNextEngine() throws Exception {
        for (Combo combo : SURVIVING) {
            String id = client.start(combo, "sleep", "1000");
            Path root = root(id);
            String before = exec(id, when("before", "exit 3"));
            String meanwhile = exec(id, when("meanwhile", "exit 4"));
            String later = exec(id, when("later", "exit 5"));
            go(root, "before");
            Waiting.until("it is told", () -> state(before).contains("\"ExitCode\":3"));
            client.killEngine();
            go(root, "meanwhile");
            Waiting.until("it has ended", () -> ProcessHandle.allProcesses()
                    .noneMatch(p -> p.info().commandLine().orElse("").contains("/meanwhile")));

            assertEquals(List.of(later), execs(id));
            assertTrue(state(before), state(before).contains("\"ExitCode\":3"));
            assertTrue(state(meanwhile), state(meanwhile).contains("\"ExitCode\":4"));
            assertTrue(state(later), state(later).contains("\"Running\":true"));
            assertTrue(state(later), state(later).contains("/later"));
            go(root, "later");
            Waiting.until("it is told", () -> state(later).contains("\"ExitCode\":5"));
            assertEquals(List.of(), execs(id));
            client.felucca("rm", "-f", id).ok();
        }
    }

    @Override
    void unmount() throws Exception {
        if (!mounted.equals(Path.of("/"))) {
            assertEquals(
                    0, new ProcessBuilder("umount", mounted.toString()).start().waitFor());
        }
    }

    /** The shim keeps what it cannot record until somebody asks. */
    @Test
    public void aFullRunDirectoryLosesNothing() throws Exception {
        Path run = Files.createDirectories(client.roots.run());
        assertEquals(
                0,
                new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", run.toString())
                        .inheritIO()
                        .start()
                        .waitFor());
        mounted = run;
        String id = client.start(NATIVE, "sh", "-c", when("go", "echo out; exit 42"));
        Path root = root(id);
        Path filler = run.resolve("filler");
        fill(filler);
        Result refused = client.felucca("run", "-d", "--network", "none", "busybox", "true");
        assertEquals(refused.toString(), 125, refused.status());
        assertTrue(refused.err(), refused.err().contains("No space left on device"));
        assertEquals(new Result(7, "", ""), client.felucca("exec", id, "sh", "-c", "exit 7"));
        client.killEngine();
        go(root, "go");
        awaitEnd(root);
        Files.delete(filler);
        assertEquals("exited 42", client.inspect(id, STATE));
        assertEquals("out", client.felucca("logs", id).ok());
        client.felucca("run", "--rm", "--network", "none", "busybox", "true").ok();
    }

    private static void fill(Path file) throws Exception {
        try (var out = Files.newOutputStream(file)) {
            byte[] page = new byte[4096];
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            assertTrue(e.toString(), e.toString().contains("No space left"));
        }
    }
}

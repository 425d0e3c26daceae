package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** The engine ends, in order or by SIGKILL, and the next one tells the truth about its containers and clears what they left. */
public class RestartIT {
    private static final String STATE = "{{.State.Status}} {{.State.ExitCode}}";
    /** What was running when the engine was killed. */
    private static final String ENDED = "exited 137";

    private Client client = new Client(new Roots(Path.of("/"), Path.of("/"), Path.of("/")));
    private final List<String> ids = new ArrayList<>();

    @Before
    public void roots() {
        client = new Client(Roots.make("restart"));
    }

    @After
    public void theHostIsAsItWas() throws Exception {
        try {
            removeAll();
        } finally {
            client.felucca("shutdown").ok();
            assertEquals(0, client.pid()); // the command waits for the end
        }
        assertEquals(List.of(), HostState.mountsOf(client.roots.base()));
        client.roots.delete();
    }

    private void removeAll() throws Exception {
        for (String id : client.felucca("ps", "-aq", "--no-trunc").ok().lines().toList()) {
            ids.add(id);
            client.felucca("rm", "-f", id).ok();
        }
        for (String id : ids) {
            assertNothingRuns(id);
            assertEquals(List.of(), HostState.filesNaming(client.roots.data(), id));
        }
        for (String driver : List.of("overlay", "vfs")) {
            Path layers = client.roots.data().resolve("storage").resolve(driver).resolve("containers");
            Waiting.until("no read-write layers are left", () -> !Files.isDirectory(layers) || isEmpty(layers));
        }
        Path namespaces = client.roots.run().resolve("ns");
        Waiting.until("no pins are left", () -> !Files.isDirectory(namespaces) || isEmpty(namespaces));
    }

    /** Nothing of a run in the kernel. */
    private void assertNothingRuns(String id) throws IOException, InterruptedException {
        Waiting.until("the groups are gone", () -> HostState.groupsNaming(id).isEmpty());
        Waiting.until("the pins are gone", () -> HostState.mountsNaming(id).isEmpty());
    }

    private long initOf(String id) throws Exception {
        return Long.parseLong(client.inspect(id, "{{.State.Pid}}"));
    }

    @Test
    public void containersEndWithAKilledEngine() throws Exception {
        Map<String, Long> running = new LinkedHashMap<>();
        for (Combo combo : Combo.inProcess()) {
            String id = client.start(combo, "sh", "-c", "sleep 1000 & exec sleep 1000");
            running.put(id, initOf(id));
        }
        String done = client.start(Combo.DEFAULT, "sh", "-c", "exit 3");
        client.felucca("wait", done).ok();
        String paused = client.start(Combo.DEFAULT, "sleep", "1000");
        long pausedInit = initOf(paused);
        client.felucca("pause", paused).ok();
        running.put(paused, pausedInit);
        ids.addAll(running.keySet());

        client.killEngine();
        client.felucca("version").ok(); // the next engine
        for (var e : running.entrySet()) {
            Waiting.until("process " + e.getValue() + " is gone", () -> !Client.isAlive(e.getValue()));
            assertEquals(ENDED, client.inspect(e.getKey(), STATE));
            assertNothingRuns(e.getKey());
            String why = client.inspect(e.getKey(), "{{.State.Error}}");
            assertTrue(why, why.contains("the engine ended"));
        }
        assertEquals("exited 3", client.inspect(done, STATE));

        for (String id : running.keySet()) {
            client.felucca("start", id).ok();
            assertTrue(Client.isAlive(initOf(id)));
        }
    }

    @Test
    public void aShutdownStopsContainersInOrder() throws Exception {
        String id = client.start(
                Combo.DEFAULT, "sh", "-c", "trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.1; done");
        client.awaitLines(1, "ready", "logs", "-f", id);
        client.felucca("shutdown").ok();
        assertEquals(0, client.pid());
        assertNothingRuns(id);
        assertEquals("exited 7", client.inspect(id, STATE));
        assertEquals("ready\nbye", client.felucca("logs", id).ok());
    }

    @Test
    public void aSecondEngineIsRefusedWithThePidOfTheFirst() throws Exception {
        client.felucca("version").ok();
        String holder = Long.toString(client.pid());
        Path otherRun = Files.createDirectory(client.roots.base().resolve("other-run"));
        Client second = new Client(new Roots(client.roots.base(), client.roots.data(), otherRun));
        Client.Result r = second.engine();
        assertEquals(1, r.status());
        assertTrue(
                r.err(),
                r.err().contains(holder) && r.err().contains(client.roots.data().toString()));
        assertEquals(holder, Long.toString(client.pid()));
        assertTrue(Client.isAlive(client.pid()));
        client.felucca("version").ok();
    }

    @Test
    public void whatIsHalfMadeWhenTheEngineIsKilledIsClearedAway() throws Exception {
        Random random = new Random(7);
        String again = client.start(new Combo("overlay", "raw", "setns", "inprocess"), "sleep", "1000");
        for (int round = 0; round < 6; round++) {
            client.felucca("version").ok();
            List<Process> clients = new ArrayList<>();
            clients.add(client.begin("restart", "-t", "0", again)); // one that has an exit on record already
            for (Combo combo : Combo.inProcess()) {
                List<String> run = new ArrayList<>(List.of("run", "-d"));
                run.addAll(Client.drivers(combo));
                run.addAll(List.of("busybox", "sleep", "1000"));
                clients.add(client.begin(run.toArray(String[]::new)));
            }
            // not a wait for anything: the point of the death is to differ
            Thread.sleep(10 + random.nextInt(150));
            client.killEngine();
            for (Process p : clients) {
                assertTrue("a client hangs without its engine", p.waitFor(60, TimeUnit.SECONDS));
            }
        }
        List<String> all =
                client.felucca("ps", "-aq", "--no-trunc").ok().lines().toList();
        assertTrue(all.contains(again));
        for (String id : all) {
            String state = client.inspect(id, "{{.State.Status}}");
            assertFalse(state, state.equals("running") || state.equals("paused"));
            assertNothingRuns(id);
        }
        assertEquals(List.of(), groupsOf(all));
        client.felucca("start", again).ok();
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var list = Files.list(directory)) {
            return list.findAny().isEmpty();
        }
    }

    private static List<String> groupsOf(List<String> ids) {
        return ids.stream().flatMap(id -> HostState.groupsNaming(id).stream()).toList();
    }
}

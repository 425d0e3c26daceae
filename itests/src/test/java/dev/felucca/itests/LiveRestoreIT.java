package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.felucca.itests.Client.Result;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.Test;

/** Containers of a backend that survives: the engine ends, in order or by SIGKILL, and the next one has them as if nothing had been. */
public class LiveRestoreIT extends LiveBase {
    private void goesOn(Combo combo, boolean inOrder) throws Exception {
        String id = client.start(combo, "sh", "-c", "i=0; while :; do echo $i; i=$((i+1)); sleep 0.01; done");
        String rm = client.felucca(Client.run(combo, List.of("-d", "--rm"), "sleep", "1000")
                        .toArray(String[]::new))
                .ok();
        String paused = client.start(combo, "sleep", "1000");
        client.felucca("pause", paused).ok();
        String init = pid(id);
        endEngine(inOrder);
        assertTrue(Client.isAlive(Long.parseLong(init)));

        assertEquals("running 0", client.inspect(id, STATE));
        assertEquals(init, pid(id));
        assertEquals("running 0", client.inspect(rm, STATE));
        assertEquals("paused 0", client.inspect(paused, STATE));
        client.felucca("unpause", paused).ok();
        assertEquals(new Result(7, "", ""), client.felucca("exec", paused, "sh", "-c", "exit 7"));
        String[] seen = client.felucca("logs", id).ok().split("\n");
        Process attached = client.begin("attach", "--no-stdin", id);
        Path printed = client.output();
        Waiting.until("more is logged", () -> client.felucca("logs", id).ok().split("\n").length > seen.length + 20);
        Waiting.until("it is seen", () -> Files.readString(printed).lines().count() > 10);
        client.felucca("stop", "-t", "0", id).ok();
        assertEquals(137, attached.waitFor());
        assertEquals("exited 137", client.inspect(id, STATE));
        List<String> all = client.felucca("logs", id).ok().lines().toList();
        assertEquals(IntStream.range(0, all.size()).mapToObj(Integer::toString).toList(), all);
        client.felucca("rm", "-f", rm).ok();
    }

    @Test
    public void containersGoOnWithoutAKilledEngine() throws Exception {
        for (Combo combo : SURVIVING) {
            goesOn(combo, false);
        }
    }

    @Test
    public void containersGoOnWithoutAnEngineThatEndedInOrder() throws Exception {
        for (Combo combo : SURVIVING) {
            goesOn(combo, true);
        }
    }

    /** Starts a shell on a network. */
    private String on(String network, String script, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("run", "-d", "--runtime", NATIVE.runtime(), "--network", network));
        all.addAll(List.of(options));
        all.addAll(List.of("busybox", "sh", "-c", script));
        return client.felucca(all.toArray(String[]::new)).ok();
    }

    private void networksGoOn(boolean inOrder) throws Exception {
        client.felucca("network", "create", "live").ok();
        String web = on("live", "httpd -p 80 -h /etc; exec sleep 1000", "--name", "web", "-p", "127.0.0.1::80");
        // asks for ever, and tells when there was an answer
        String asking = on("live", "while :; do nslookup -type=a web >/dev/null && echo x; sleep 0.2; done");
        String port = client.felucca("port", "web", "80").ok();
        endEngine(inOrder);
        assertEquals(web.substring(0, 12), get(port));
        assertEquals("running 0", client.inspect(web, STATE));
        assertEquals(web.substring(0, 12), get(port));
        assertEquals(port, client.felucca("port", "web", "80").ok());
        int seen = client.felucca("logs", asking).ok().length();
        Waiting.until(
                "names are answered again",
                () -> client.felucca("logs", asking).ok().length() > seen + 3);
        String taken = client.felucca("run", "-d", "-p", port + ":80", "busybox", "true")
                .err();
        assertTrue(taken, taken.contains(web.substring(0, 12)));
        client.felucca("rm", "-f", web, asking).ok();
        client.felucca("network", "rm", "live").ok();
    }

    private static String get(String address) throws Exception {
        return new String(
                        URI.create("http://" + address + "/hostname")
                                .toURL()
                                .openStream()
                                .readAllBytes(),
                        StandardCharsets.UTF_8)
                .strip();
    }

    @Test
    public void networksGoOnWithoutAKilledEngine() throws Exception {
        networksGoOn(false);
    }

    @Test
    public void networksGoOnWithoutAnEngineThatEndedInOrder() throws Exception {
        networksGoOn(true);
    }

    @Test
    public void endsMeanwhileAreToldAsTheyWere() throws Exception {
        for (Combo combo : SURVIVING) {
            endsMeanwhile(combo);
        }
    }

    private void endsMeanwhile(Combo combo) throws Exception {
        String code = client.start(
                combo, "sh", "-c", "echo before; while [ ! -e /go ]; do sleep 0.05; done; echo after; exit 42");
        String killed = client.start(combo, "sleep", "1000");
        String again = client.felucca(Client.run(
                                combo,
                                List.of("-d", "--restart", "always"),
                                "sh",
                                "-c",
                                "echo run; while [ ! -e /go ]; do sleep 0.05; done; rm /go; exit 1")
                        .toArray(String[]::new))
                .ok();
        List<Path> roots = new ArrayList<>();
        for (String id : List.of(code, again)) {
            roots.add(Path.of("/proc", pid(id), "root"));
        }
        long pid = Long.parseLong(pid(killed));
        client.killEngine();
        for (Path root : roots) {
            Files.createFile(root.resolve("go"));
            Waiting.until("it has ended", () -> !Files.exists(root.resolve("proc")));
        }
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Waiting.until("it has ended", () -> !Client.isAlive(pid));
        Instant ended = Instant.now();
        client.felucca("version").ok();

        assertEquals("exited 42", client.inspect(code, STATE));
        assertEquals("before\nafter", client.felucca("logs", code).ok());
        assertTrue(Instant.parse(client.inspect(code, "{{.State.FinishedAt}}")).isBefore(ended));
        assertEquals("exited 137", client.inspect(killed, STATE));
        Waiting.until("its policy has acted", () -> client.inspect(again, "{{.State.Status}}")
                .equals("running"));
        Waiting.until("it runs again", () -> client.felucca("logs", again).ok().equals("run\nrun"));
    }

    @Test
    public void whatIsHalfMadeWhenTheEngineIsKilledRunsOrIsGone() throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < 4; round++) {
            client.felucca("version").ok();
            List<Process> clients = new ArrayList<>();
            for (Combo combo : SURVIVING) {
                for (int i = 0; i < 3; i++) {
                    clients.add(client.begin(
                            Client.run(combo, List.of("-d"), "sleep", "1000").toArray(String[]::new)));
                }
            }
            // not a wait for anything: the point of the death is to differ
            Thread.sleep(20 + random.nextInt(400));
            client.killEngine();
            for (Process p : clients) {
                assertTrue("a client hangs without its engine", p.waitFor(60, TimeUnit.SECONDS));
            }
        }
        for (String id : client.felucca("ps", "-aq", "--no-trunc").ok().lines().toList()) {
            boolean running = client.inspect(id, "{{.State.Status}}").equals("running");
            assertEquals(running, Client.isAlive(Long.parseLong(pid(id))));
            if (running) {
                assertEquals(new Result(4, "", ""), client.felucca("exec", id, "sh", "-c", "exit 4"));
            } else {
                Waiting.until(
                        "the groups are gone", () -> HostState.groupsNaming(id).isEmpty());
            }
        }
    }

    /** The shim is the one process that nothing holds. */
    @Test
    public void aKilledShimIsToldAndEndsItsContainer() throws Exception {
        for (Combo combo : SURVIVING) {
            String id = client.start(combo, "sh", "-c", "sleep 1000 & exec sleep 1000");
            long init = Long.parseLong(pid(id));
            ProcessHandle.of(init).flatMap(ProcessHandle::parent).orElseThrow().destroyForcibly();
            Waiting.until("it has ended", () -> client.inspect(id, "{{.State.Status}}")
                    .equals("exited"));
            assertTrue(!Client.isAlive(init));
            String why = client.inspect(id, "{{.State.Error}}");
            assertTrue(why, why.contains("the shim of the container"));
            assertEquals("exited 137", client.inspect(id, STATE));
            Waiting.until(
                    "the groups are gone", () -> HostState.groupsNaming(id).isEmpty());
            client.felucca("start", id).ok();
            long second = Long.parseLong(pid(id));
            long shim = ProcessHandle.of(second)
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow()
                    .pid();
            client.killEngine();
            ProcessHandle.of(shim).orElseThrow().destroyForcibly();
            Waiting.until("the shim has ended", () -> !Client.isAlive(shim));
            assertEquals("exited 137", client.inspect(id, STATE));
            assertTrue(!Client.isAlive(second));
            String later = client.inspect(id, "{{.State.Error}}");
            assertTrue(later, later.contains("ended or was killed while no engine was there"));
        }
    }

    @Test
    public void aSocketThatWasRemovedIsMadeAnew() throws Exception {
        String id = client.start(NATIVE, "sleep", "1000");
        client.killEngine();
        Files.delete(client.roots.run().resolve("shim").resolve(id).resolve("socket"));
        assertEquals("running 0", client.inspect(id, STATE));
        assertEquals(new Result(3, "", ""), client.felucca("exec", id, "sh", "-c", "exit 3"));
    }

    /** The shim writes it all to the log, and keeps nothing of it. */
    @Test
    public void aFloodWithoutAnEngineIsLoggedWholeInLittleMemory() throws Exception {
        int bytes = 64 << 20;
        String id = client.start(
                NATIVE,
                "sh",
                "-c",
                "while [ ! -e /go ]; do sleep 0.05; done; head -c " + bytes
                        + " /dev/zero | tr '\\0' x; touch /done; exec sleep 1000");
        Path root = Path.of("/proc", pid(id), "root");
        long shim = ProcessHandle.of(Long.parseLong(pid(id)))
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
        client.killEngine();
        Files.createFile(root.resolve("go"));
        Waiting.until("it is written", () -> Files.exists(root.resolve("done")));
        String status = Files.readString(Path.of("/proc", Long.toString(shim), "status"));
        long peak = Long.parseLong(status.replaceAll("(?s).*VmHWM:\\s+(\\d+) kB.*", "$1"));
        assertTrue(peak + " KiB", peak < 2048);
        Waiting.until("it is logged", () -> {
            Process logs = client.begin("logs", id);
            return logs.waitFor() == 0 && Files.size(client.output()) == bytes;
        });
    }
}

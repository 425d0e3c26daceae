package dev.felucca.network.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.network.NetworkDriver;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.PortBinding;
import dev.felucca.contracts.network.HandleTable;
import dev.felucca.contracts.network.NetworkDriverContract;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BridgeDriverTest extends NetworkDriverContract {
    private static final Path FORWARD = Path.of("/proc/sys/net/ipv4/ip_forward");
    private static final EngineRoots ROOTS = new EngineRoots() {
        @Override
        public Path dataRoot() {
            return Path.of("/nowhere");
        }

        @Override
        public Path runRoot() {
            return Path.of("/nowhere");
        }
    };

    @Override
    protected NetworkDriver driver() {
        return driver(false);
    }

    private static NetworkDriver driver(boolean forwarding) {
        return new BridgeDriver(ROOTS, new HandleTable(), forwarding);
    }

    @Test
    void forwardingIsTurnedOnOnlyIfConfigured() {
        host.call(() -> Files.writeString(FORWARD, "0"));
        NetworkInfo n = network(1, false, Map.of());
        assertEquals("0", host.call(() -> Files.readString(FORWARD)).strip());
        assertEquals(1, host.call(() -> driver(false).warnings()).size());
        host.call(() -> driver(true).restore(List.of(n), List.of()));
        assertEquals("1", host.call(() -> Files.readString(FORWARD)).strip());
        assertEquals(List.of(), host.call(() -> driver(false).warnings()));
    }

    @Test
    void containersThatMayNotTalkDoNot() throws Exception {
        NetworkInfo n = network(1, false, Map.of("com.docker.network.bridge.enable_icc", "false"));
        Attached a = new Attached(n, 2);
        Attached b = new Attached(n, 3);
        try (var s = b.server(80)) {
            assertEquals("", a.connect(b, 80));
            assertEquals("10.1.0.1", host.connect(b.address(), 80));
        }
    }

    @Test
    void optionsThatAreNotKnownAreRefused() {
        var e = assertThrows(EngineException.class, () -> driver().check(new NetworkInfo(
                "0".repeat(64), "n", "bridge", Instant.EPOCH, false, List.of(), Map.of("x.y", "z"), Map.of())));
        assertEquals(EngineException.Kind.UNSUPPORTED, e.kind());
    }

    private void reachesAndIsReached(NetworkInfo n) throws Exception {
        reachesAndIsReached(n, 8080);
    }

    private void reachesAndIsReached(NetworkInfo n, int port) throws Exception {
        Attached a = new Attached(n, 2, new PortBinding(80, "tcp", "", port, port));
        Attached b = new Attached(n, 3);
        try (var s = a.server(80);
                var w = neighbour.server(81)) {
            assertEquals("198.51.100.2", neighbour.connect("198.51.100.1", port));
            assertEquals("198.51.100.1", b.connect("198.51.100.2", 81));
            assertEquals("", neighbour.connect(a.address(), 80), "past the published port");
            assertEquals(b.address(), b.connect(a, 80));
        }
    }

    /** A real one, in the test's network namespace. */
    private final class Dockerd implements AutoCloseable {
        private final Process process;

        Dockerd(Path dir) throws Exception {
            assumeTrue(Files.isExecutable(Path.of("/usr/sbin/dockerd")), "no dockerd: docker.io");
            process = host.call(() -> new ProcessBuilder(
                            "/usr/sbin/dockerd",
                            "--data-root",
                            dir.resolve("data").toString(),
                            "--exec-root",
                            dir.resolve("exec").toString(),
                            "-p",
                            dir.resolve("pid").toString(),
                            "-H",
                            "unix://" + dir.resolve("sock"),
                            "--storage-driver",
                            "vfs")
                    .redirectErrorStream(true)
                    .start());
            process.getOutputStream().close();
            BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
            StringBuilder said = new StringBuilder();
            String line;
            while ((line = lines.readLine()) != null && !line.contains("API listen on")) {
                said.append(line).append('\n');
            }
            assertTrue(line != null, said.toString());
            Thread rest = new Thread(() -> lines.lines().forEach(l -> {}), "dockerd-output");
            rest.setDaemon(true);
            rest.start();
        }

        @Override
        public void close() throws Exception {
            process.destroy();
            process.waitFor();
        }
    }

    @Test
    void aRunningDockerdDoesNoHarm(@TempDir Path dir) throws Exception {
        NetworkInfo before = network(1, false, Map.of());
        try (Dockerd d = new Dockerd(dir)) {
            // as it does where it has to turn forwarding on itself
            host.run("iptables", "-P", "FORWARD", "DROP");
            List<String> told = host.call(() -> driver().restore(List.of(before), List.of()));
            assertTrue(told.toString().contains("DOCKER-USER"), told.toString());
            reachesAndIsReached(before);
            NetworkInfo after = network(2, false, Map.of());
            reachesAndIsReached(after, 8081);
            assertEquals(4, host.run("iptables", "-S", "DOCKER-USER").split("ACCEPT", -1).length - 1);
            host.call(() -> {
                driver().remove(after);
                driver().remove(before);
                return true;
            });
            assertEquals(0, host.run("iptables", "-S", "DOCKER-USER").split("ACCEPT", -1).length - 1);
        }
    }

    /** What firewalld has of its own goes by other hooks' verdicts: what it lets pass is ours to decide, and the other way round. */
    @Test
    void anotherTableIsLeftAlone() throws Exception {
        host.run("nft", "add table inet firewalld");
        host.run(
                "nft",
                "add chain inet firewalld filter_FORWARD { type filter hook forward priority 10; policy accept; }");
        host.run("nft", "add rule inet firewalld filter_FORWARD ct state established,related accept");
        host.run("nft", "add rule inet firewalld filter_FORWARD ct status dnat accept");
        host.run("nft", "add rule inet firewalld filter_FORWARD iifname \"br-*\" accept");
        host.run("nft", "add rule inet firewalld filter_FORWARD reject");
        String rules = host.run("nft", "list table inet firewalld");
        NetworkInfo n = network(1, false, Map.of());
        reachesAndIsReached(n);
        host.call(() -> driver().restore(List.of(n), List.of()));
        host.call(() -> {
            driver().remove(n);
            return true;
        });
        assertEquals(rules, host.run("nft", "list table inet firewalld"));
    }
}

package dev.felucca.network.macvlan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkDriver;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkInfo.Subnet;
import dev.felucca.api.network.PortBinding;
import dev.felucca.contracts.network.Net;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Networks on a device of the host: the host's device {@code p0} is a wire to a neighbour, who is the gateway. */
abstract class ParentDriverContract {
    private static final String GATEWAY = "10.1.0.1";

    private final Net host = Net.create();
    private final Net neighbour = Net.create();
    private final List<Net> containers = new ArrayList<>();
    private int ids;

    protected abstract NetworkDriver driver();

    @BeforeEach
    void wire() {
        try {
            driver().probe();
        } catch (EngineException e) {
            assumeTrue(e.kind() != EngineException.Kind.UNSUPPORTED, e.message());
            throw e;
        }
        host.run("ip", "link", "add", "p0", "type", "veth", "peer", "name", "n0");
        host.run(
                "ip",
                "link",
                "set",
                "n0",
                "netns",
                "/proc/" + ProcessHandle.current().pid() + "/fd/"
                        + neighbour.namespace().number());
        host.run("ip", "addr", "add", "10.1.0.9/24", "dev", "p0");
        host.run("ip", "link", "set", "p0", "up");
        neighbour.run("ip", "addr", "add", GATEWAY + "/24", "dev", "n0");
        neighbour.run("ip", "link", "set", "n0", "up");
    }

    @AfterEach
    void close() {
        containers.forEach(Net::close);
        neighbour.close();
        host.close();
    }

    private String id() {
        return String.format("%08x", ++ids).repeat(8);
    }

    protected NetworkInfo network(Map<String, String> options) {
        Map<String, String> all = new HashMap<>(options);
        all.putIfAbsent("parent", "p0");
        return new NetworkInfo(
                id(),
                "lan",
                driver().name(),
                Instant.EPOCH,
                false,
                List.of(new Subnet("10.1.0.0/24", "10.1.0.0/24", GATEWAY)),
                all,
                Map.of());
    }

    private void in(Runnable work) {
        host.call(() -> {
            work.run();
            return true;
        });
    }

    private Endpoint connect(NetworkInfo n, Net c, int number, PortBinding... ports) {
        containers.add(c);
        Endpoint e = new Endpoint(
                id(),
                id(),
                n.id(),
                n.name(),
                n.driver(),
                "eth0",
                "02:42:0a:01:00:0" + number,
                "10.1.0." + number + "/24",
                null,
                GATEWAY,
                null,
                0,
                List.of(ports),
                List.of());
        return host.call(() -> driver().connect(n, e, c.path()));
    }

    private void talk(Map<String, String> options) throws Exception {
        NetworkInfo n = network(options);
        in(() -> driver().check(n));
        in(() -> driver().create(n));
        Net a = Net.create();
        Net b = Net.create();
        Endpoint first = connect(n, a, 2);
        connect(n, b, 3);
        assertEquals(first.mac(), a.run("cat", "/proc/self/net/arp").isEmpty() ? "" : mac(a));
        try (var s = b.server(80);
                var g = neighbour.server(81)) {
            assertEquals("10.1.0.2", a.connect("10.1.0.3", 80));
            assertEquals("10.1.0.2", a.connect(GATEWAY, 81), "the world sees the container's own address");
            assertEquals(GATEWAY, neighbour.connect("10.1.0.3", 80));
            assertEquals("", host.connect("10.1.0.3", 80), "the host is on the other side of the parent");
        }
        assertTrue(a.run("ip", "route").contains("default"));
        assertEquals(List.of("p0"), host.devices());
        in(() -> driver().disconnect(n, first, a.path()));
        in(() -> driver().disconnect(n, first, a.path()));
        in(() -> driver().disconnect(n, first, null));
        assertEquals(List.of(), a.devices());
        in(() -> driver().remove(n));
        in(() -> driver().remove(n));
        assertEquals(List.of("p0"), host.devices());
    }

    private static String mac(Net c) {
        String shown = c.run("ip", "-o", "link", "show", "eth0");
        return shown.replaceAll("(?s).*link/ether ([0-9a-f:]+) .*", "$1");
    }

    @Test
    void containersAreOnTheParentsNetwork() throws Exception {
        talk(Map.of());
    }

    @Test
    void whatCannotBeIsSaidAndLeavesNothing() {
        NetworkInfo none = network(Map.of("parent", "nowhere"));
        assertTrue(assertThrows(EngineException.class, () -> in(() -> driver().create(none)))
                .message()
                .contains("nowhere"));
        for (Map<String, String> bad :
                List.of(Map.of("x", "y"), Map.of(driver().name() + "_mode", "z"), Map.of("parent", ""))) {
            assertThrows(EngineException.class, () -> driver().check(network(bad)), bad.toString());
        }
        NetworkInfo n = network(Map.of());
        Net a = Net.create();
        EngineException told =
                assertThrows(EngineException.class, () -> connect(n, a, 2, new PortBinding(80, "tcp", "", 8080, 8080)));
        assertEquals(EngineException.Kind.UNSUPPORTED, told.kind());
        assertEquals(List.of(), a.devices());
    }

    @Test
    void aVlanDeviceIsMadeAndGoes() {
        NetworkInfo n = network(Map.of("parent", "p0.7"));
        try {
            in(() -> driver().create(n));
        } catch (EngineException e) {
            assumeTrue(!e.message().contains("no VLAN devices"), e.message());
            throw e;
        }
        assertEquals(List.of("p0", "p0.7"), host.devices());
        host.run("ip", "link", "delete", "p0.7");
        assertEquals(1, host.call(() -> driver().restore(List.of(n), List.of())).size());
        in(() -> driver().remove(n));
        assertEquals(List.of("p0"), host.devices());
        NetworkInfo other = network(Map.of("parent", "p0.8"));
        host.run("ip", "link", "add", "link", "p0", "name", "p0.8", "type", "vlan", "id", "8");
        in(() -> driver().create(other));
        in(() -> driver().remove(other));
        assertEquals(List.of("p0", "p0.8"), host.devices(), "a device of somebody else's stays");
    }
}

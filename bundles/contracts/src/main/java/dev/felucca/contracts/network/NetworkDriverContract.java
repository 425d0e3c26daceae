package dev.felucca.contracts.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkDriver;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkInfo.Subnet;
import dev.felucca.api.network.PortBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every driver of networks on one host has to do. Each test has a host of its own: a network namespace, in which the
 * driver is called, with a neighbour at 198.51.100.2 that has the host as its gateway.
 */
public abstract class NetworkDriverContract {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkDriverContract.class);
    private static final String HOST = "198.51.100.1";
    private static final String NEIGHBOUR = "198.51.100.2";

    protected Net host = Net.create();
    protected Net neighbour = Net.create();
    private NetworkDriver driver;
    private final List<Net> containers = new ArrayList<>();
    private int ids;

    /** The driver to be tested; called once for each test, inside its host. */
    protected abstract NetworkDriver driver();

    @BeforeEach
    void setUp() throws IOException {
        LOG.debug("a host and a neighbour");
        driver = host.call(this::driver);
        host.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
        host.run("ip", "link", "add", "out", "type", "veth", "peer", "name", "eth0");
        neighbourDevice();
        host.run("ip", "addr", "add", HOST + "/24", "dev", "out");
        host.run("ip", "link", "set", "out", "up");
        neighbour.run("ip", "addr", "add", NEIGHBOUR + "/24", "dev", "eth0");
        neighbour.run("ip", "link", "set", "eth0", "up");
        neighbour.run("ip", "route", "add", "default", "via", HOST);
    }

    private void neighbourDevice() {
        long self = ProcessHandle.current().pid();
        host.run(
                "ip",
                "link",
                "set",
                "eth0",
                "netns",
                "/proc/" + self + "/fd/" + neighbour.namespace().number());
    }

    @AfterEach
    void tearDown() {
        containers.forEach(Net::close);
        neighbour.close();
        host.close();
    }

    private String id() {
        return String.format("%08x", ++ids).repeat(8);
    }

    protected NetworkInfo network(int number, boolean internal, Map<String, String> options) {
        NetworkInfo n = new NetworkInfo(
                id(),
                "n" + number,
                driver.name(),
                Instant.EPOCH,
                internal,
                List.of(new Subnet("10." + number + ".0.0/24", "10." + number + ".0.0/24", "10." + number + ".0.1")),
                options,
                Map.of());
        host.call(() -> {
            driver.check(n);
            driver.create(n);
            return true;
        });
        return n;
    }

    /** A container on a network. */
    protected final class Attached {
        final Net net = Net.create();
        final NetworkInfo network;
        Endpoint endpoint;

        public Attached(NetworkInfo network, int number, PortBinding... ports) {
            this.network = network;
            containers.add(net);
            String prefix = network.subnets().get(0).subnet().replace("0/24", "");
            endpoint = new Endpoint(
                    id(),
                    id(),
                    network.id(),
                    network.name(),
                    network.driver(),
                    "eth0",
                    String.format(
                            "02:42:0a:00:%02x:%02x",
                            Integer.parseInt(network.name().substring(1)), number),
                    prefix + number + "/24",
                    null,
                    network.internal() ? null : network.subnets().get(0).gateway(),
                    null,
                    0,
                    List.of(ports),
                    List.of());
            endpoint = host.call(() -> driver.connect(network, endpoint, net.path()));
        }

        public String address() {
            return endpoint.ipv4().substring(0, endpoint.ipv4().indexOf('/'));
        }

        public AutoCloseable server(int port) {
            return net.server(port);
        }

        /** What a {@link Net#server} says, or "". */
        public String connect(String address, int port) {
            return net.connect(address, port);
        }

        /** What the other's {@link #server} says, or "". */
        public String connect(Attached other, int port) {
            return net.connect(other.address(), port);
        }

        void disconnect() {
            host.call(() -> {
                driver.disconnect(network, endpoint, net.path());
                return true;
            });
        }
    }

    private static PortBinding port(String hostIp, int hostPort, int containerPort) {
        return new PortBinding(containerPort, "tcp", hostIp, hostPort, hostPort);
    }

    @Test
    void containersOnOneNetworkReachEachOtherAndTheHost() throws Exception {
        NetworkInfo n = network(1, false, Map.of());
        Attached a = new Attached(n, 2);
        Attached b = new Attached(n, 3);
        assertEquals(List.of("eth0"), a.net.devices());
        try (var s = b.net.server(80);
                var h = host.server(81)) {
            assertEquals(a.address(), a.net.connect(b.address(), 80));
            assertEquals(a.address(), a.net.connect("10.1.0.1", 81));
            assertEquals("10.1.0.1", host.connect(b.address(), 80));
        }
    }

    @Test
    void containersOnDifferentNetworksDoNotReachEachOther() throws Exception {
        Attached a = new Attached(network(1, false, Map.of()), 2);
        Attached b = new Attached(network(2, false, Map.of()), 2);
        try (var s = b.net.server(80)) {
            assertEquals("", a.net.connect(b.address(), 80));
        }
    }

    @Test
    void theWorldSeesTheHostsAddress() throws Exception {
        Attached a = new Attached(network(1, false, Map.of()), 2);
        try (var s = neighbour.server(80)) {
            assertEquals(HOST, a.net.connect(NEIGHBOUR, 80));
        }
    }

    @Test
    void anInternalNetworkHasNoWayOut() throws Exception {
        NetworkInfo n = network(1, true, Map.of());
        Attached a = new Attached(n, 2);
        Attached b = new Attached(n, 3);
        a.net.run("ip", "route", "add", "default", "via", "10.1.0.1");
        try (var s = neighbour.server(80);
                var t = b.net.server(80)) {
            assertEquals("", a.net.connect(NEIGHBOUR, 80));
            assertEquals(a.address(), a.net.connect(b.address(), 80));
        }
    }

    @Test
    void aPublishedPortAnswersFromEverywhere() throws Exception {
        NetworkInfo n = network(1, false, Map.of());
        Attached a = new Attached(n, 2, port("", 8080, 80));
        Attached b = new Attached(n, 3);
        try (var s = a.net.server(80)) {
            assertEquals(NEIGHBOUR, neighbour.connect(HOST, 8080));
            assertEquals("10.1.0.1", host.connect("127.0.0.1", 8080), "the host's loopback");
            assertTrue(!host.connect(HOST, 8080).isEmpty(), "the host's own address");
            assertTrue(!b.net.connect(HOST, 8080).isEmpty(), "a neighbour on the network");
            assertTrue(!a.net.connect(HOST, 8080).isEmpty(), "the container itself");
            assertEquals("", neighbour.connect(a.address(), 80), "past the published port");
        }
        a.disconnect();
        try (var s = a.net.server(80)) {
            assertEquals("", neighbour.connect(HOST, 8080));
        }
    }

    @Test
    void aPortOnTheLoopbackIsTheHostsOnly() throws Exception {
        NetworkInfo n = network(1, false, Map.of());
        Attached a = new Attached(n, 2, port("127.0.0.1", 8080, 80));
        Attached b = new Attached(n, 3);
        sendsLoopbackTo(neighbour, HOST);
        try (var s = a.net.server(80)) {
            assertEquals("10.1.0.1", host.connect("127.0.0.1", 8080));
            assertEquals("", neighbour.connect(HOST, 8080));
            assertEquals("", neighbour.connect("127.0.0.1", 8080), "a packet to 127.0.0.1 from outside");
            assertEquals("", b.net.connect("10.1.0.1", 8080));
        }
    }

    /** CVE-2020-8558: a bridge that routes 127/8 for published ports opens the host's own loopback to nobody. */
    @Test
    void theHostsLoopbackIsItsOwn() throws Exception {
        NetworkInfo n = network(1, false, Map.of());
        Attached a = new Attached(n, 2, port("127.0.0.1", 8080, 80));
        Attached b = new Attached(n, 3);
        sendsLoopbackTo(neighbour, HOST);
        sendsLoopbackTo(b.net, "10.1.0.1");
        try (var s = a.net.server(80);
                var h = host.server(9)) {
            assertEquals("127.0.0.1", host.connect("127.0.0.1", 9));
            for (Net other : List.of(neighbour, b.net)) {
                assertEquals("", other.connect("127.0.0.1", 9), "a service of the host");
                assertEquals("", other.connect("127.0.0.1", 8080), "a port published on the loopback");
            }
            assertTrue(!b.net.sendsTo(host, 53, "127.0.0.1", 53), "a datagram to the host's loopback");
            // it is not for want of a way: without the rules they get there
            host.run("nft", "flush", "ruleset");
            assertEquals(b.address(), b.net.connect("127.0.0.1", 9));
        }
    }

    /** Has packets to 127.0.0.1 leave a host by its device, as an attacker there does. */
    private static void sendsLoopbackTo(Net from, String gateway) {
        from.run("sysctl", "-qw", "net.ipv4.conf.eth0.route_localnet=1", "net.ipv4.conf.all.route_localnet=1");
        from.run("ip", "route", "add", "127.0.0.1/32", "via", gateway, "dev", "eth0", "table", "9");
        // before the table of local addresses, which comes first otherwise
        from.run("ip", "rule", "add", "pref", "2", "table", "local");
        from.run("ip", "rule", "del", "pref", "0");
        from.run("ip", "rule", "add", "pref", "1", "to", "127.0.0.1", "table", "9");
    }

    @Test
    void datagramsArePublishedToo() {
        Attached a = new Attached(network(1, false, Map.of()), 2, new PortBinding(53, "udp", "", 5353, 5353));
        assertTrue(neighbour.sendsTo(a.net, 53, HOST, 5353));
        assertTrue(host.sendsTo(a.net, 53, "127.0.0.1", 5353));
    }

    @Test
    void aPortInUseNamesItsHolderAndLeavesNothing() throws Exception {
        NetworkInfo n = network(1, false, Map.of());
        Attached a = new Attached(n, 2, port("", 8080, 80));
        var taken =
                assertThrows(EngineException.class, () -> new Attached(n, 3, port("", 8081, 80), port("", 8080, 81)));
        assertEquals(EngineException.Kind.CONFLICT, taken.kind());
        assertTrue(taken.message().contains(a.endpoint.containerId().substring(0, 12)), taken.message());
        try (var h = host.server(8082)) {
            taken = assertThrows(EngineException.class, () -> new Attached(n, 4, port("", 8082, 80)));
            assertTrue(
                    taken.message()
                            .contains("process " + ProcessHandle.current().pid()),
                    taken.message());
        }
        new Attached(n, 5, port("", 8081, 80));
        Attached ranged = new Attached(n, 6, new PortBinding(80, "tcp", "", 8080, 8090));
        assertEquals(8082, ranged.endpoint.ports().get(0).hostPort());
        Attached any = new Attached(n, 7, port("", 0, 80));
        assertTrue(any.endpoint.ports().get(0).hostPort() > 1023);
    }

    @Test
    void whatAnotherToolRemovedIsMadeAgain() throws Exception {
        NetworkInfo n = network(1, false, Map.of());
        Attached a = new Attached(n, 2, port("", 8080, 80));
        host.run("nft", "flush", "ruleset");
        host.call(() -> driver.restore(List.of(n), List.of(a.endpoint)));
        try (var s = a.net.server(80)) {
            assertEquals(NEIGHBOUR, neighbour.connect(HOST, 8080));
        }
    }

    @Test
    void whatBelongsToNobodyIsRemoved() {
        NetworkInfo n = network(1, false, Map.of());
        List<String> before = host.devices();
        new Attached(n, 2, port("", 8080, 80));
        List<String> told = host.call(() -> driver.restore(List.of(n), List.of()));
        assertEquals(1, told.size(), told.toString());
        assertEquals(before, host.devices());
        assertTrue(!host.run("nft", "list", "ruleset").contains("8080"));
    }

    @Test
    void theEndLeavesNothing() {
        List<String> before = host.devices();
        NetworkInfo n = network(1, false, Map.of());
        Attached a = new Attached(n, 2, port("", 8080, 80), port("127.0.0.1", 8081, 81));
        a.disconnect();
        a.disconnect();
        host.call(() -> {
            driver.remove(n);
            driver.remove(n);
            return true;
        });
        assertEquals(before, host.devices());
        String rules = host.run("nft", "list", "ruleset");
        assertTrue(!rules.contains("elements"), rules);
    }
}

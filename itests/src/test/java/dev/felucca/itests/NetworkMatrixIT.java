package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineException.Kind;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkAttachment;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.api.network.Networks;
import dev.felucca.api.network.PortBinding;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.junit.Test;

/** Containers on bridge networks, by the kernel's view and by what answers. */
public class NetworkMatrixIT extends MatrixBase {
    private static final String SERVE = "httpd -p 80 -h /etc && echo up; exec sleep 1000";

    @Inject
    Networks networks;

    public NetworkMatrixIT(Combo combo) {
        super(combo);
    }

    private static PortBinding any() {
        return new PortBinding(80, "tcp", "127.0.0.1", 0, 0);
    }

    /** A web server with its own /etc that is up. */
    private String server(Request request) throws Exception {
        String id = felucca.create(request);
        Output output = new Output();
        try (var a = felucca.attach(id, false, output)) {
            felucca.start(id);
            output.await(o -> o.contains("up"));
        }
        return id;
    }

    private Endpoint endpoint(String id) {
        List<Endpoint> all = felucca.info(id).endpoints();
        assertEquals(all.toString(), 1, all.size());
        return all.get(0);
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof EngineException told) {
                throw told;
            }
            throw e;
        }
    }

    private static String address(Endpoint e) {
        return e.ipv4().substring(0, e.ipv4().indexOf('/'));
    }

    private static String get(String host, int port, String path) throws Exception {
        try (Socket s = new Socket(InetAddress.getByName(host), port)) {
            s.getOutputStream().write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            String all = new String(s.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return all.substring(all.indexOf("\r\n\r\n") + 4);
        }
    }

    private static boolean linkExists(String name) {
        return Files.exists(Path.of("/sys/class/net", name));
    }

    @Test
    public void aPublishedPortAnswersAndIsGoneWithTheContainer() throws Exception {
        String id = server(sh(SERVE).network("default", any()));
        Endpoint e = endpoint(id);
        int port = e.ports().get(0).hostPort();
        String name = id.substring(0, 12);
        assertEquals(name + "\n", get("127.0.0.1", port, "/hostname"));
        assertEquals(name + "\n", get(address(e), 80, "/hostname"));
        assertTrue(get(address(e), 80, "/hosts").contains(address(e) + "\t" + name));
        String veth = "veth" + e.id().substring(0, 11);
        assertTrue(linkExists(veth));
        felucca.kill(id, 9);
        felucca.waitFor(id);
        Waiting.until("the device is gone", () -> !linkExists(veth));
        assertEquals(List.of(), felucca.info(id).endpoints());
        // the port is free for the next one
        String next = server(sh(SERVE).network("bridge", new PortBinding(80, "tcp", "127.0.0.1", port, port)));
        assertEquals(next.substring(0, 12) + "\n", get("127.0.0.1", port, "/hostname"));
    }

    @Test
    public void theContainerSeesItsDeviceAndRoute() throws Exception {
        Felucca.Result r = felucca.run(sh("ip -o addr show eth0; ip route; cat /sys/class/net/eth0/address")
                .network("default"));
        assertTrue(r.out(), r.out().contains("default via "));
        assertTrue(r.out(), r.out().contains("inet "));
        assertTrue(r.out(), r.out().contains("02:42:"));
    }

    @Test
    public void networksOfOnesOwn() throws Exception {
        NetworkInfo n = await(networks.create(new Networks.Request(
                "own" + combo.hashCode(), null, false, List.of(), false, Map.of(), Map.of("a", "b"))));
        try {
            String a = server(sh(SERVE).network(n.name()));
            String b = server(sh(SERVE).network("default"));
            assertEquals(n.id(), endpoint(a).networkId());
            Felucca.Result same = felucca.run(
                    sh("wget -qO- http://" + address(endpoint(a)) + "/hostname").network(n.id()));
            assertEquals(a.substring(0, 12) + "\n", same.out());
            Felucca.Result other =
                    felucca.run(sh("timeout 1 wget -qO- http://" + address(endpoint(b)) + "/hostname; true")
                            .network(n.id()));
            assertEquals("", other.out());
            felucca.failureOf(Kind.CONFLICT, () -> await(networks.remove(n.name())));
            await(networks.connect(n.name(), b, NetworkOptions.none()));
            assertEquals(2, felucca.info(b).endpoints().size());
            String second = address(felucca.info(b).endpoints().get(1));
            same = felucca.run(sh("wget -qO- http://" + second + "/hostname").network(n.id()));
            assertEquals(b.substring(0, 12) + "\n", same.out());
            await(networks.disconnect(n.name(), b, false));
            assertEquals(1, felucca.info(b).endpoints().size());
            felucca.remove(a, true);
            felucca.remove(b, true);
        } finally {
            await(networks.remove(n.name()));
        }
        assertTrue(!linkExists("br-" + n.shortId()));
        felucca.failureOf(Kind.NOT_FOUND, () -> networks.get(n.name()));
    }

    @Test
    public void whatIsWrongIsSaidAndLeavesNothing() throws Exception {
        felucca.failureOf(Kind.NOT_FOUND, () -> felucca.create(sh("true").network("nowhere")));
        String id = server(sh(SERVE).network("default", any()));
        int port = endpoint(id).ports().get(0).hostPort();
        String second =
                felucca.create(sh("true").network("default", new PortBinding(1, "tcp", "127.0.0.1", port, port)));
        assertTrue(felucca.failureOf(Kind.CONFLICT, () -> felucca.start(second))
                .message()
                .contains(id.substring(0, 12)));
        assertEquals(List.of(), felucca.info(second).endpoints());
        felucca.failureOf(Kind.FORBIDDEN, () -> await(networks.remove("bridge")));
        await(networks.repair());
        assertEquals(id.substring(0, 12) + "\n", get("127.0.0.1", port, "/hostname"));
    }

    @Test
    public void containersFindEachOtherByName() throws Exception {
        NetworkInfo n = await(networks.create(
                new Networks.Request("named" + combo.hashCode(), null, false, List.of(), false, Map.of(), Map.of())));
        NetworkInfo other = await(networks.create(
                new Networks.Request("other" + combo.hashCode(), null, false, List.of(), false, Map.of(), Map.of())));
        try {
            String name = "web" + Math.floorMod(combo.hashCode(), 100_000);
            NetworkOptions aliases = new NetworkOptions(List.of(), false, null, null, null, List.of("svc"), List.of());
            String a = server(sh(SERVE).name(name).network(n.name(), aliases));
            String b = server(sh(SERVE).network(n.name(), aliases, new NetworkAttachment(other.name(), aliases)));
            NetworkOptions links =
                    new NetworkOptions(List.of(), false, null, null, null, List.of(), List.of(name + ":friend"));
            for (String known :
                    List.of(name, name.toUpperCase(Locale.ROOT), name + "." + n.name(), a.substring(0, 12), "friend")) {
                Felucca.Result r = felucca.run(
                        sh("wget -qO- http://" + known + "/hostname").network(n.name(), links));
                assertEquals(known, a.substring(0, 12) + "\n", r.out());
            }
            Felucca.Result both =
                    felucca.run(sh("nslookup -type=a svc | grep -c ^Address; nslookup " + address(endpoint(a)))
                            .network(n.name()));
            assertTrue(both.out(), both.out().startsWith("3\n")); // the server's own, and two
            assertTrue(both.out(), both.out().contains(name + "." + n.name()));
            // on its second network it has the same alias, and its first one is the way out
            Felucca.Result second =
                    felucca.run(sh("wget -qO- http://svc/hostname").network(other.name()));
            assertEquals(b.substring(0, 12) + "\n", second.out());
            felucca.stop(b, 0);
            felucca.start(b);
            assertEquals(2, felucca.info(b).endpoints().size());
            Felucca.Result gone = felucca.run(sh("nslookup " + name).network(other.name()));
            assertTrue(gone.out(), !gone.out().contains(address(endpoint(a))));
            felucca.remove(a, true);
            felucca.remove(b, true);
        } finally {
            await(networks.remove(n.name()));
            await(networks.remove(other.name()));
        }
    }

    @Test
    public void namesComeAndGoWithNetworks() throws Exception {
        NetworkInfo n = await(networks.create(
                new Networks.Request("joined" + combo.hashCode(), null, false, List.of(), false, Map.of(), Map.of())));
        try {
            String name = "late" + Math.floorMod(combo.hashCode(), 100_000);
            String web = server(sh(SERVE).name(name).network("default"));
            String id = felucca.create(sh("until nslookup -type=a " + name
                            + " | grep -q 'Name:'; do sleep 0.05; done; cat /etc/resolv.conf; ip route")
                    .network("default"));
            // not running: it joins when it starts
            await(networks.connect(n.name(), id, NetworkOptions.none()));
            Output output = new Output();
            try (var a = felucca.attach(id, false, output)) {
                felucca.start(id);
                await(networks.connect(n.name(), web, NetworkOptions.none()));
                output.await(o -> o.contains("eth1"));
            }
            assertTrue(output.out(), output.out().contains("nameserver 127.0.0.11"));
            // the first network is the way out
            assertTrue(output.out(), output.out().contains("dev eth0"));
            felucca.waitFor(id);
            await(networks.disconnect(n.name(), id, false));
            felucca.failureOf(Kind.CONFLICT, () -> await(networks.disconnect(n.name(), id, false)));
            await(networks.disconnect(n.name(), web, false));
            assertEquals(1, felucca.info(web).endpoints().size());
            felucca.remove(id, true);
            felucca.remove(web, true);
        } finally {
            await(networks.remove(n.name()));
        }
    }

    @Test
    public void linksOnTheDefaultNetworkAreLines() throws Exception {
        String name = "db" + Math.floorMod(combo.hashCode(), 100_000);
        String id = server(sh(SERVE).name(name).env("A=b").network("default"));
        NetworkOptions links =
                new NetworkOptions(List.of(), false, null, null, null, List.of(), List.of(name + ":store"));
        Felucca.Result r = felucca.run(sh("grep store /etc/hosts; echo $STORE_ENV_A; wget -qO- http://store/hostname")
                .network("default", links));
        assertTrue(r.out(), r.out().startsWith(address(endpoint(id)) + "\tstore " + id.substring(0, 12) + " " + name));
        assertTrue(r.out(), r.out().endsWith("\nb\n" + id.substring(0, 12) + "\n"));
        felucca.stop(id, 0);
        String late = felucca.create(sh("true").network("default", links));
        felucca.failureOf(Kind.CONFLICT, () -> felucca.start(late));
        felucca.failureOf(
                Kind.NOT_FOUND,
                () -> felucca.create(sh("true")
                        .network(
                                "default",
                                new NetworkOptions(
                                        List.of(), false, null, null, null, List.of(), List.of("nobody:store")))));
    }
}

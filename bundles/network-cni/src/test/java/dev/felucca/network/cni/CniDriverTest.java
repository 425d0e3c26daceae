package dev.felucca.network.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.PortBinding;
import dev.felucca.contracts.network.Net;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With Debian's plugins in a network namespace that stands for the host, and with programs that are no good ones. */
class CniDriverTest {
    private static final Path PLUGINS = Path.of("/usr/lib/cni");

    @TempDir
    Path dir;

    private final Net host = Net.create();
    private final List<Net> containers = new ArrayList<>();
    private int ids;

    @BeforeEach
    void directories() throws IOException {
        Files.createDirectories(dir.resolve("net.d"));
        Files.createDirectories(dir.resolve("bin"));
    }

    @AfterEach
    void close() {
        containers.forEach(Net::close);
        host.close();
    }

    private CniDriver driver() {
        return new CniDriver(dir.resolve("data"), List.of(dir.resolve("bin"), PLUGINS), dir.resolve("net.d"), 2);
    }

    private String id() {
        return String.format("%08x", ++ids).repeat(8);
    }

    private NetworkInfo network(String name) {
        return new NetworkInfo(id(), name, "cni", Instant.EPOCH, false, List.of(), Map.of(), Map.of());
    }

    private Net container() {
        Net made = Net.create();
        containers.add(made);
        return made;
    }

    private Endpoint endpoint(NetworkInfo n, PortBinding... ports) {
        return new Endpoint(
                id(), id(), n.id(), n.name(), "cni", "eth0", "", "", null, null, null, 0, List.of(ports), List.of());
    }

    private void configure(String name, String version, String plugins) throws IOException {
        Files.writeString(
                dir.resolve("net.d").resolve(name + ".conflist"),
                """
                {"cniVersion": "%s", "name": "%s", "plugins": [%s]}"""
                        .formatted(version, name, plugins));
    }

    private void bridge(String name, String version, String more) throws IOException {
        assumeTrue(Files.isExecutable(PLUGINS.resolve("bridge")), "no CNI plugins: containernetworking-plugins");
        configure(
                name,
                version,
                """
                {"type": "bridge", "bridge": "cni0", "isGateway": true, "capabilities": {"ips": true},
                 "ipam": {"type": "host-local", "dataDir": "%s",
                          "ranges": [[{"subnet": "10.9.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}}%s"""
                        .formatted(dir.resolve("leases"), more));
    }

    private List<String> left(String directory) throws IOException {
        Path d = dir.resolve(directory);
        if (!Files.isDirectory(d)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(d)) {
            return files.filter(Files::isRegularFile)
                    .map(f -> String.valueOf(f.getFileName()))
                    .filter(f -> f.endsWith(".json") || f.startsWith("10."))
                    .toList();
        }
    }

    private Endpoint connect(NetworkInfo n, Endpoint e, Net c) {
        return host.call(() -> driver().connect(n, e, path(c)));
    }

    /** As another process sees it. */
    private static String path(Net c) {
        return c.path().replace("self", "" + ProcessHandle.current().pid());
    }

    private void disconnect(NetworkInfo n, Endpoint e, @org.jspecify.annotations.Nullable String namespace) {
        host.call(() -> {
            driver().disconnect(n, e, namespace);
            return true;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.3.1", "0.4.0", "1.0.0"})
    void debiansPluginsConnectCheckAndTakeBack(String version) throws Exception {
        bridge("back", version, ", {\"type\": \"tuning\", \"capabilities\": {\"mac\": true}}");
        NetworkInfo n = network("back");
        host.call(() -> {
            driver().check(n);
            return true;
        });
        Net one = container();
        Net two = container();
        Endpoint a = connect(n, endpoint(n), one);
        Endpoint b = connect(n, endpoint(n), two);
        assertEquals("10.9.0.1", a.gateway());
        assertEquals(
                one.run("cat", "/sys/class/net/lo/address").length(), a.mac().length() + 1);
        try (var s = two.server(80)) {
            assertEquals(
                    a.ipv4().substring(0, a.ipv4().indexOf('/')),
                    one.connect(b.ipv4().substring(0, b.ipv4().indexOf('/')), 80));
        }
        host.call(() -> {
            driver().verify(n, a, path(one));
            return true;
        });
        if (!version.startsWith("0.3")) {
            one.run("ip", "addr", "flush", "dev", "eth0");
            assertThrows(
                    EngineException.class,
                    () -> host.call(() -> {
                        driver().verify(n, a, path(one));
                        return true;
                    }));
        }
        disconnect(n, a, path(one));
        assertEquals(List.of(), one.devices());
        disconnect(n, a, path(one));
        two.close();
        disconnect(n, b, null);
        assertEquals(List.of(), left("data"));
        assertEquals(List.of(), left("leases"));
    }

    @Test
    void fixedAddressesNeedTheCapability() throws Exception {
        bridge("back", "1.0.0", "");
        NetworkInfo n = network("back");
        Endpoint e = endpoint(n);
        Endpoint fixed = e.withAddresses("", "10.9.0.77/24", null, null, null);
        assertEquals("10.9.0.77/24", connect(n, fixed, container()).ipv4());
        disconnect(n, fixed, null);
        Endpoint published = endpoint(n, new PortBinding(80, "tcp", "", 8080, 8080));
        EngineException told = assertThrows(EngineException.class, () -> connect(n, published, container()));
        assertTrue(told.message().contains("portMappings"), told.message());
        assertEquals(List.of(), left("data"));
    }

    @Test
    void whatACrashLeftIsTakenBack() throws Exception {
        bridge("back", "1.0.0", "");
        NetworkInfo n = network("back");
        Endpoint kept = connect(n, endpoint(n), container());
        Endpoint lost = connect(n, endpoint(n), container());
        // killed between the record and the first plugin
        new Records(dir.resolve("data")).write(Attachment.of(endpoint(n), ConfList.find(dir.resolve("net.d"), "back")));
        Files.delete(dir.resolve("net.d/back.conflist"));
        List<String> told = host.call(() -> driver().restore(List.of(n), List.of(kept)));
        assertEquals(2, told.size(), told.toString());
        assertEquals(List.of(kept.id() + ".json"), left("data"));
        assertTrue(!left("leases").contains(lost.ipv4().replace("/24", "")));
        disconnect(n, kept, null);
        assertEquals(List.of(), left("leases"));
    }

    private void program(String name, String script) throws IOException {
        Path file = dir.resolve("bin").resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "missing | is not installed",
                "hangs | did not end within 2 s and was killed",
                "crashes | signal 11",
                "fails | no address is left; ask for fewer (code 11)",
                "rubbish | no JSON: hello",
                "silent | printed no result",
                "list | no result: []"
            })
    void badPluginsAreToldAndLeaveNothing(String nameAndText) throws Exception {
        String name = nameAndText.split(" \\| ")[0];
        program("hangs", "[ $CNI_COMMAND = DEL ] || exec sleep 1000");
        program("crashes", "[ $CNI_COMMAND = DEL ] || kill -SEGV $$");
        program(
                "fails",
                "[ $CNI_COMMAND = DEL ] || { echo '{\"code\": 11, \"msg\": \"no address is left\", \"details\": \"ask for"
                        + " fewer\"}'; exit 1; }");
        program("rubbish", "[ $CNI_COMMAND = DEL ] || echo hello");
        program("silent", ":");
        program("list", "[ $CNI_COMMAND = DEL ] || echo '[]'");
        program("good", "cat >/dev/null; echo $CNI_COMMAND >>" + dir.resolve("calls") + "; echo '{\"ips\": []}'");
        configure("bad", "1.0.0", "{\"type\": \"good\"}, {\"type\": \"%s\"}".formatted(name));
        NetworkInfo n = network("bad");
        EngineException told = assertThrows(EngineException.class, () -> connect(n, endpoint(n), container()));
        assertTrue(told.message().contains(nameAndText.split(" \\| ")[1]), told.message());
        assertEquals(List.of("ADD", "DEL"), Files.readAllLines(dir.resolve("calls")));
        // a plugin that is not there cannot take back either, so that is tried again
        assertEquals(name.equals("missing") ? 1 : 0, left("data").size());
    }

    @Test
    void badConfigurationsAreRefused() throws Exception {
        NetworkInfo n = network("strange");
        assertTrue(refusal(n).contains("there are: none"));
        configure("strange", "9.0.0", "{\"type\": \"bridge\"}");
        assertTrue(refusal(n).contains("9.0.0"));
        configure("strange", "1.0.0", "{\"type\": \"../../bin/sh\"}");
        assertTrue(refusal(n).contains("\"type\""));
        configure("strange", "1.0.0", "");
        assertTrue(refusal(n).contains("no plugins"));
        Files.writeString(dir.resolve("net.d/strange.conflist"), "{");
        assertTrue(refusal(n).contains("cannot be read"));
    }

    private String refusal(NetworkInfo n) {
        return assertThrows(EngineException.class, () -> driver().check(n)).message();
    }
}

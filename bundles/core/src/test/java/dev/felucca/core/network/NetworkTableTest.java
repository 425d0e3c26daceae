package dev.felucca.core.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineException.Kind;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkInfo.Subnet;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.api.network.Networks.Request;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTableTest {
    private static final String CONTAINER = "c".repeat(64);

    @TempDir
    Path root;

    private NetworkTable table() {
        return new NetworkTable(
                new EngineRoots() {
                    @Override
                    public Path dataRoot() {
                        return root;
                    }

                    @Override
                    public Path runRoot() {
                        return root;
                    }
                },
                () -> List.of("10.200.0.0/22,24"));
    }

    private static Request request(String name, String subnet, String range, String gateway) {
        List<Subnet> subnets = subnet.isEmpty() ? List.of() : List.of(new Subnet(subnet, range, gateway));
        return new Request(name, null, false, subnets, subnet.contains(":"), Map.of(), Map.of());
    }

    private static NetworkOptions fixed(@Nullable String ipv4) {
        return new NetworkOptions(List.of(), false, ipv4, null, null, List.of());
    }

    private static void refused(Kind kind, String text, Runnable body) {
        EngineException e = assertThrows(EngineException.class, body::run);
        assertEquals(kind, e.kind(), e.message());
        assertTrue(e.message().contains(text), e.message());
    }

    @Test
    void subnetsComeFromThePoolsUntilNoneIsLeft() {
        NetworkTable t = table();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            NetworkInfo n = t.plan(request("n" + i, "", "", ""));
            assertTrue(seen.add(n.subnets().get(0).subnet()));
            assertTrue(n.subnets().get(0).gateway().endsWith(".1"));
        }
        refused(Kind.CONFLICT, "all subnets of the address pools are in use", () -> t.plan(request("n4", "", "", "")));
    }

    @Test
    void whatIsSavedIsThereAgainAndWhatIsForgottenIsNot() {
        NetworkTable t = table();
        NetworkInfo kept = t.plan(request("kept", "10.9.0.0/16", "", ""));
        t.save(kept);
        NetworkInfo gone = t.plan(request("gone", "10.8.0.0/16", "", ""));
        t.save(gone);
        t.forget(gone);
        NetworkTable again = table();
        assertEquals(kept, again.get("kept"));
        assertEquals(kept, again.get(kept.id().substring(0, 12)));
        refused(Kind.NOT_FOUND, "network gone not found", () -> again.get("gone"));
        assertEquals(
                List.of("host", "kept", "none"),
                again.list().stream().map(NetworkInfo::name).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "n, 10.1.0.1/16, '', '', did you mean 10.1.0.0/16",
        "n, 10.1.0.0/33, '', '', at most 32 bits",
        "n, 10.1.0.0, '', '', prefix length",
        "n, host.example/16, '', '', no IP address",
        "n, 10.1.0.0/31, '', '', too small",
        "n, 10.1.0.0/16, 10.2.0.0/24, '', not inside subnet",
        "n, 10.1.0.0/16, '', 10.2.0.1, not inside subnet",
        "n/, 10.1.0.0/16, '', '', invalid network name",
    })
    void whatIsWrongIsNamed(String name, String subnet, String range, String gateway, String text) {
        refused(Kind.INVALID, text, () -> table().plan(request(name, subnet, range, gateway)));
    }

    @Test
    void namesAndSubnetsAreTakenOnce() {
        NetworkTable t = table();
        t.plan(request("a", "10.1.0.0/16", "", ""));
        refused(Kind.CONFLICT, "already exists", () -> t.plan(request("a", "10.2.0.0/16", "", "")));
        refused(Kind.CONFLICT, "overlaps with network a", () -> t.plan(request("b", "10.1.128.0/17", "", "")));
    }

    @Test
    void addressesRestAndRunOut() {
        NetworkTable t = table();
        NetworkInfo n = t.plan(request("small", "10.1.0.0/29", "", ""));
        Endpoint first = t.endpoint(n, CONTAINER, "eth0", 0, fixed(null));
        assertEquals("10.1.0.2/29", first.ipv4());
        assertEquals("02:42:0a:01:00:02", first.mac());
        assertEquals("10.1.0.1", first.gateway());
        t.release(first);
        assertEquals(
                "10.1.0.3/29", t.endpoint(n, CONTAINER, "eth0", 0, fixed(null)).ipv4());
        assertEquals(
                "10.1.0.6/29",
                t.endpoint(n, CONTAINER, "eth0", 0, fixed("10.1.0.6")).ipv4());
        refused(
                Kind.CONFLICT,
                "in use by container cccccccccccc",
                () -> t.endpoint(n, CONTAINER, "eth0", 0, fixed("10.1.0.6")));
        refused(Kind.CONFLICT, "the network's gateway", () -> t.endpoint(n, CONTAINER, "eth0", 0, fixed("10.1.0.1")));
        refused(Kind.INVALID, "does not belong", () -> t.endpoint(n, CONTAINER, "eth0", 0, fixed("10.2.0.1")));
        for (int i = 0; i < 3; i++) t.endpoint(n, CONTAINER, "eth0", 0, fixed(null));
        refused(Kind.CONFLICT, "no address is left", () -> t.endpoint(n, CONTAINER, "eth0", 0, fixed(null)));
    }

    @Test
    void bothFamilies() {
        NetworkTable t = table();
        NetworkInfo n = t.plan(request("six", "fd00:1::/64", "", ""));
        assertEquals(2, n.subnets().size());
        Endpoint e = t.endpoint(n, CONTAINER, "eth0", 0, fixed(null));
        assertEquals("fd00:1:0:0:0:0:0:2/64", e.ipv6());
        assertEquals("fd00:1:0:0:0:0:0:1", e.gatewayV6());
        refused(
                Kind.INVALID,
                "--ipv6 needs an IPv6 --subnet",
                () -> t.plan(new Request("x", null, false, List.of(), true, Map.of(), Map.of())));
    }
}

package dev.felucca.network.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.network.NetworkDriver;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.contracts.network.HandleTable;
import dev.felucca.contracts.network.NetworkDriverContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}

package dev.felucca.core.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.driver.DriverKind;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

class DriverRegistryTest {
    private record Named(String name) implements Driver {
        @Override
        public void probe() {}

        @Override
        public Map<String, String> status() {
            return Map.of();
        }
    }

    private volatile long wait;
    private final DriverRegistry<Named> registry =
            new DriverRegistry<>(DriverKind.STORAGE, d -> Set.of(d.name()), () -> wait);

    private static Bundle bundle() {
        // stands for its identity only
        return (Bundle) Proxy.newProxyInstance(
                DriverRegistryTest.class.getClassLoader(),
                new Class<?>[] {Bundle.class},
                (self, method, args) -> switch (method.getName()) {
                    case "equals" -> self == args[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void saysWhatIsThereWhenADriverIsMissing() {
        registry.add(new Named("vfs"), bundle());
        EngineException e = assertThrows(EngineException.class, () -> registry.lease("overlay"));
        assertEquals(EngineException.Kind.UNAVAILABLE, e.kind());
        assertTrue(e.message().startsWith("storage driver overlay is not available; there are: vfs"), e.message());
    }

    @Test
    void aLeaseWaitsForASuccessor() throws Exception {
        wait = 10_000;
        Named late = new Named("overlay");
        CompletableFuture<Driver> got = CompletableFuture.supplyAsync(() -> {
            try (var lease = registry.lease("overlay")) {
                return lease.driver();
            }
        });
        registry.add(late, bundle());
        assertSame(late, got.get(10, TimeUnit.SECONDS));
    }

    @Test
    void aDepartingDriverWaitsForItsLeasesAndTakesNoNewOnes() throws Exception {
        var entry = registry.add(new Named("overlay"), bundle());
        var lease = registry.lease("overlay");
        assertFalse(entry.drain(10), "a lease was open");
        assertThrows(EngineException.class, () -> registry.lease("overlay"));
        CompletableFuture<Boolean> gone = CompletableFuture.supplyAsync(() -> registry.remove(entry, 10_000));
        lease.close();
        lease.close();
        assertTrue(gone.get(10, TimeUnit.SECONDS));
        assertFalse(registry.names().contains("overlay"));
        assertTrue(registry.knows("overlay"), "it may come back");
        assertFalse(registry.knows("zfs"));
    }

    @Test
    void eachNameIsToldOnce() {
        List<String> told = new ArrayList<>();
        var entry = registry.add(new Named("overlay"), bundle());
        registry.onFirst(told::add);
        registry.remove(entry, 0);
        registry.add(new Named("overlay"), bundle());
        registry.add(new Named("vfs"), bundle());
        assertEquals(List.of("overlay", "vfs"), told);
    }

    @Test
    void anotherBuildServesOnlyWhenItIsPromoted() {
        Named old = new Named("overlay");
        Named fresh = new Named("overlay");
        registry.add(old, bundle());
        Bundle freshBundle = bundle();
        registry.add(fresh, freshBundle);
        try (var lease = registry.lease("overlay")) {
            assertSame(old, lease.driver());
        }
        registry.promote(freshBundle);
        try (var lease = registry.lease("overlay")) {
            assertSame(fresh, lease.driver());
        }
    }
}

package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineException.Kind;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.storage.StorageDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** Drivers that hang hold up the containers that use them, and nothing else. */
public class HangIT extends EngineBase {
    private final CountDownLatch storage = new CountDownLatch(1);
    private final CountDownLatch namespace = new CountDownLatch(1);
    private final List<Bundle> bundles = new ArrayList<>();

    @Before
    public void install() throws Exception {
        System.getProperties().put(HangingStorage.LATCH, storage);
        System.getProperties().put(HangingNamespaces.LATCH, namespace);
        bundles.add(context.installBundle(TestBundles.driver(
                        base.resolve("hanging-storage.jar"),
                        "test.storage.hanging",
                        "1.0.0",
                        HangingStorage.class,
                        StorageDriver.class,
                        "hanging")
                .toUri()
                .toString()));
        bundles.add(context.installBundle(TestBundles.driver(
                        base.resolve("hanging-namespaces.jar"),
                        "test.namespace.hanging",
                        "1.0.0",
                        HangingNamespaces.class,
                        NamespaceStrategy.class,
                        "hanging")
                .toUri()
                .toString()));
        for (Bundle b : bundles) {
            b.start();
        }
    }

    @After
    public void uninstall() throws Exception {
        storage.countDown();
        namespace.countDown();
        for (Bundle b : bundles) {
            b.uninstall();
        }
        System.getProperties().remove(HangingStorage.LATCH);
        System.getProperties().remove(HangingNamespaces.LATCH);
    }

    @Test
    public void othersStartAndAreKilledWhileTasksHang() throws Exception {
        List<CompletableFuture<?>> hanging = new ArrayList<>();
        int each = 2 * Runtime.getRuntime().availableProcessors() + 2; // more than there are workers
        List<String> starting = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            Request noStorage = new Request(new Combo("hanging", "raw", "clone", "inprocess"), "true");
            hanging.add(lifecycle
                    .create(null, noStorage.config(), noStorage.hostConfig())
                    .toCompletableFuture());
            String id = felucca.create(new Request(new Combo("overlay", "raw", "hanging", "inprocess"), "true"));
            starting.add(id);
            hanging.add(lifecycle.start(id).toCompletableFuture());
        }
        String victim = felucca.start(new Request(Combo.DEFAULT, "sleep", "1000"));
        for (Combo combo : Combo.ours()) {
            assertEquals(0, felucca.run(new Request(combo, "true")).code());
        }
        felucca.kill(victim, 9);
        assertEquals(137, felucca.waitFor(victim));
        felucca.views().list();
        assertTrue(drivers.list().stream().anyMatch(d -> d.name().equals("hanging") && d.leases() == each));
        assertFalse(hanging.stream().anyMatch(CompletableFuture::isDone));
        storage.countDown();
        namespace.countDown();
        for (CompletableFuture<?> h : hanging) {
            EngineException e = felucca.failureOf(Kind.UNAVAILABLE, () -> Felucca.get(h));
            assertTrue(e.message(), e.message().contains("released"));
        }
        for (String id : starting) {
            assertTrue(felucca.info(id).state().error().contains("released"));
        }
    }
}

package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineException.Kind;
import dev.felucca.api.driver.DriverInfo;
import dev.felucca.api.driver.DriverKind;
import dev.felucca.api.storage.StorageDriver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.Test;
import org.osgi.framework.Bundle;

/** Drivers are stopped, started and replaced while containers run and others are being started: no operation fails. */
public class HotSwapIT extends EngineBase {
    private static final List<String> DRIVERS = List.of(
            "storage.overlay",
            "storage.vfs",
            "cgroup.raw",
            "namespace.clone",
            "namespace.setns",
            "exec.inprocess",
            "network.bridge");

    private Bundle installed(String name) {
        List<Bundle> found = Arrays.stream(context.getBundles())
                .filter(b -> ("dev.felucca." + name).equals(b.getSymbolicName()))
                .toList();
        assertEquals(name, 1, found.size());
        return found.get(0);
    }

    private DriverInfo driver(DriverKind kind, String name) {
        List<DriverInfo> found = drivers.list().stream()
                .filter(d -> d.kind() == kind && d.name().equals(name))
                .toList();
        assertEquals(found.toString(), 1, found.size());
        return found.get(0);
    }

    /** One container a combination that has been running since before, and must go on. */
    private List<String> longRunning() {
        return Combo.ours().stream()
                .map(c -> felucca.start(new Request(c, "sleep", "1000")))
                .toList();
    }

    private void runOn(List<String> running) throws Exception {
        for (String id : running) {
            int pid = felucca.info(id).state().pid();
            assertTrue(Files.isDirectory(Path.of("/proc", Integer.toString(pid))));
            felucca.pause(id);
            felucca.unpause(id);
            felucca.kill(id, 9);
            assertEquals(137, felucca.waitFor(id));
        }
    }

    @Test
    public void stoppingAndStartingEachDriverFailsNothing() throws Exception {
        List<String> running = longRunning();
        try (Load load = new Load(felucca)) {
            for (String name : DRIVERS) {
                Bundle bundle = installed(name);
                long before = load.done();
                bundle.stop();
                bundle.start();
                load.awaitMore(before + 8);
            }
        }
        runOn(running);
    }

    @Test
    public void updatingEachDriverFailsNothing() throws Exception {
        List<String> running = longRunning();
        try (Load load = new Load(felucca)) {
            for (String name : DRIVERS) {
                long before = load.done();
                Path jar =
                        TestBundles.otherVersion(FeluccaOptions.bundleOf(name), "0.1.1", base.resolve(name + ".jar"));
                List<DriverInfo> updated = drivers.update(jar);
                assertEquals(1, updated.size());
                assertEquals("0.1.1", updated.get(0).version());
                assertEquals("active", updated.get(0).state());
                assertEquals("0.1.1", installed(name).getVersion().toString());
                load.awaitMore(before + 8);
            }
        }
        runOn(running);
    }

    @Test
    public void aBuildThatFailsItsProbeChangesNothing() throws Exception {
        DriverInfo was = driver(DriverKind.STORAGE, "vfs");
        Path broken = TestBundles.driver(
                base.resolve("broken.jar"),
                "dev.felucca.storage.vfs",
                "9.9.9",
                HangingStorage.class,
                StorageDriver.class,
                "vfs");
        try (Load load = new Load(felucca)) {
            EngineException e = felucca.failureOf(Kind.UNSUPPORTED, () -> drivers.update(broken));
            assertTrue(e.message(), e.message().contains("nobody would release it"));
            load.awaitMore(load.done() + 8);
        }
        assertEquals(was.version(), driver(DriverKind.STORAGE, "vfs").version());
        assertFalse(drivers.list().stream().anyMatch(d -> d.version().equals("9.9.9")));
        assertEquals(was.version(), installed("storage.vfs").getVersion().toString());
    }

    @Test
    public void whatIsNoDriverIsRefused() throws Exception {
        Path text = Files.writeString(base.resolve("text.jar"), "no jar");
        felucca.failureOf(Kind.INVALID, () -> drivers.update(text));
        felucca.failureOf(Kind.INVALID, () -> drivers.update(base.resolve("missing.jar")));
        felucca.failureOf(Kind.INVALID, () -> drivers.update(FeluccaOptions.bundleOf("image")));
    }

    @Test
    public void theListTellsWhoUsesWhat() {
        String id = felucca.create(new Request(Combo.DEFAULT, "true"));
        assertEquals(1, driver(DriverKind.STORAGE, "overlay").containers());
        assertEquals(0, driver(DriverKind.STORAGE, "vfs").containers());
        assertEquals(0, driver(DriverKind.STORAGE, "vfs").leases());
        assertTrue(driver(DriverKind.STORAGE, "overlay").selected());
        assertTrue(driver(DriverKind.CGROUP, "raw").selected());
        assertTrue(driver(DriverKind.NAMESPACE, "clone").selected());
        assertEquals(
                "dev.felucca.exec.inprocess",
                driver(DriverKind.EXEC, "inprocess").bundle());
        felucca.remove(id, false);
        assertEquals(0, driver(DriverKind.STORAGE, "overlay").containers());
    }
}

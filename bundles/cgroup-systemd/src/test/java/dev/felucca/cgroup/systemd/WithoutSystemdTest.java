package dev.felucca.cgroup.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.spec.LinuxResources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** On a host whose service manager is another one. */
class WithoutSystemdTest {
    @Test
    void itSaysThatThereIsNone() {
        Assumptions.assumeFalse(Files.isDirectory(Path.of("/run/systemd/system")), "this host has systemd");
        SystemdCgroupManager manager = new SystemdCgroupManager("system.slice", 1000, "/run/dbus/system_bus_socket");
        try {
            for (Runnable call : List.<Runnable>of(
                    manager::probe,
                    () -> manager.cgroupsPath("1", ""),
                    () -> manager.prepare("/system.slice/felucca-1.scope", LinuxResources.EMPTY))) {
                EngineException e = assertThrows(EngineException.class, call::run);
                assertEquals(EngineException.Kind.UNSUPPORTED, e.kind());
                assertTrue(e.message().startsWith("no systemd here"), e.message());
            }
            assertTrue(String.valueOf(manager.status().get(Driver.UNAVAILABLE)).startsWith("no systemd here"));
        } finally {
            manager.deactivate();
        }
    }
}

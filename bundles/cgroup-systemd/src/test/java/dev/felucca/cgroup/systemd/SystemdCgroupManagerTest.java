package dev.felucca.cgroup.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.spec.LinuxDeviceCgroup;
import dev.felucca.api.spec.LinuxMemory;
import dev.felucca.api.spec.LinuxPids;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.contracts.cgroup.CgroupManagerContract;
import dev.felucca.contracts.cgroup.Child;
import dev.felucca.contracts.cgroup.GroupFiles;
import dev.felucca.door.Processes;
import dev.felucca.door.cgroup.Groups;
import dev.felucca.door.cgroup.HostLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** On a host whose service manager is systemd: itests/hosts has some. */
class SystemdCgroupManagerTest extends CgroupManagerContract {
    private static final String SLICE = "feluccatest" + Processes.getpid() + ".slice";
    private static final LinuxResources NOTHING = LinuxResources.EMPTY;
    private static final long MIB = 1 << 20;

    @Override
    protected CgroupManager createManager() {
        Assumptions.assumeTrue(
                Files.isDirectory(Path.of("/run/systemd/system")), "missing here: systemd as service manager");
        return new SystemdCgroupManager(SLICE, 30_000, "/run/dbus/system_bus_socket");
    }

    @Override
    protected void closeManager(CgroupManager manager) {
        List<String> left = manager.groups();
        ((SystemdCgroupManager) manager).deactivate();
        if (left.isEmpty()) {
            systemctl("stop", SLICE);
            try (Groups groups = new Groups(HostLayout.discover(), 1000)) {
                groups.removeIfEmpty("/" + SLICE);
            }
        }
    }

    private static String systemctl(String... arguments) {
        try {
            List<String> command = new java.util.ArrayList<>(List.of("systemctl", "--no-pager"));
            command.addAll(List.of(arguments));
            Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
            String text = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            p.waitFor();
            return text.strip();
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void systemdKnowsTheScopeAndItsLimits() {
        needs("memory", "pids");
        LinuxResources r = NOTHING.withMemory(
                        LinuxMemory.EMPTY.withLimit(64 * MIB).withSwap(64 * MIB))
                .withPids(new LinuxPids(12L));
        String path = newPath();
        try (Child c = Child.in(manager, path, r, "echo in; read x <&9")) {
            assertEquals("in", c.line());
            String unit = path.substring(path.lastIndexOf('/') + 1);
            assertEquals("active", systemctl("show", "-P", "ActiveState", unit));
            assertEquals(SLICE, systemctl("show", "-P", "Slice", unit));
            assertEquals("12", systemctl("show", "-P", "TasksMax", unit));
            boolean v1 = GroupFiles.of(c.pid()).v1("memory");
            assertEquals("" + 64 * MIB, systemctl("show", "-P", v1 ? "MemoryLimit" : "MemoryMax", unit));
            manager.set(path, NOTHING.withPids(new LinuxPids(13L)));
            assertEquals("13", systemctl("show", "-P", "TasksMax", unit));
            manager.destroy(path);
            assertEquals("not-found", systemctl("show", "-P", "LoadState", unit));
        }
    }

    @Test
    void aParentSliceMayBeNested() {
        String parent = "feluccatest" + Processes.getpid() + "-inner.slice";
        String path = manager.cgroupsPath("nested", parent);
        assertEquals("/" + SLICE + "/" + parent + "/felucca-nested.scope", path);
        try (Child c = Child.in(manager, path, NOTHING, "echo in; read x <&9")) {
            assertEquals("in", c.line());
            assertTrue(GroupFiles.of(c.pid()).directories().values().stream()
                    .allMatch(d -> d.toString().endsWith(path)));
            manager.destroy(path);
            assertFalse(manager.exists(path));
        } finally {
            systemctl("stop", parent);
            try (Groups groups = new Groups(HostLayout.discover(), 1000)) {
                groups.removeIfEmpty("/" + SLICE + "/" + parent);
            }
        }
        assertThrows(EngineException.class, () -> manager.cgroupsPath("1", "/felucca"));
    }

    @Test
    void limitsSurviveAReload() {
        survives("daemon-reload", true);
    }

    @Test
    void limitsSurviveSystemdsRestart() {
        survives("daemon-reexec", true);
    }

    @Test
    void deviceRulesSurviveAReload() {
        survives("daemon-reload", false);
    }

    @Test
    void deviceRulesSurviveSystemdsRestart() {
        survives("daemon-reexec", false);
    }

    private void survives(String verb, boolean limits) {
        List<LinuxDeviceCgroup> rules = List.of(
                new LinuxDeviceCgroup(false, "a", null, null, "rwm"),
                new LinuxDeviceCgroup(true, "c", 1L, 3L, "rw"),
                new LinuxDeviceCgroup(true, "c", 1L, 5L, "r"));
        LinuxResources r = NOTHING.withDevices(rules);
        if (limits) {
            needs("memory", "pids");
            r = r.withMemory(LinuxMemory.EMPTY.withLimit(64 * MIB).withSwap(64 * MIB))
                    .withPids(new LinuxPids(12L));
        }
        String probe =
                "head -c 1 /dev/zero >/dev/null && echo open; head -c 1 /dev/full 2>/dev/null >&2 || echo shut; ";
        String path = newPath();
        try (Child c = Child.in(manager, path, r, probe + "read x <&9; " + probe + "read x <&9")) {
            assertEquals("open", c.line());
            assertEquals("shut", c.line());
            systemctl(verb);
            String unit = path.substring(path.lastIndexOf('/') + 1);
            assertEquals("active", systemctl("show", "-P", "ActiveState", unit));
            if (limits) {
                GroupFiles f = GroupFiles.of(c.pid());
                assertEquals("" + 64 * MIB, f.read("memory", "memory.limit_in_bytes", "memory.max"));
                assertEquals("12", f.read("pids", "pids.max", ""));
            }
            c.go();
            assertEquals("open", c.line());
            assertEquals("shut", c.line());
            String another = newPath();
            try (Child d = Child.in(manager, another, NOTHING, "echo in; read x <&9")) {
                assertEquals("in", d.line());
                manager.destroy(another);
            }
            manager.destroy(path);
        }
    }

    @Test
    void aLostBusIsSaidAndFoundAgain() {
        manager.probe();
        systemctl("stop", "dbus.socket", "dbus.service");
        try {
            EngineException e = assertThrows(EngineException.class, manager::probe);
            assertEquals(EngineException.Kind.UNAVAILABLE, e.kind(), e.message());
            assertTrue(e.message().contains("D-Bus"), e.message());
        } finally {
            systemctl("start", "dbus.socket");
        }
        manager.probe();
        try (Child c = Child.in(manager, newPath(), NOTHING, "echo in; read x <&9")) {
            assertEquals("in", c.line());
        }
    }
}

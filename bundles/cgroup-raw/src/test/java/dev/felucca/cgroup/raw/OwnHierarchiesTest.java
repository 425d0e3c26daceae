package dev.felucca.cgroup.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.spec.LinuxDeviceCgroup;
import dev.felucca.api.spec.LinuxHugepageLimit;
import dev.felucca.api.spec.LinuxInterfacePriority;
import dev.felucca.api.spec.LinuxNetwork;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.contracts.cgroup.Child;
import dev.felucca.door.Fd;
import dev.felucca.door.Mounts;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.Processes;
import dev.felucca.door.Transfers;
import dev.felucca.door.cgroup.GroupDir;
import dev.felucca.door.cgroup.Groups;
import dev.felucca.door.cgroup.Hierarchy;
import dev.felucca.door.cgroup.HostLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Controllers that are not mounted on the usual host, and the v2 ways over the hybrid host's real v2 tree. */
@Timeout(60)
class OwnHierarchiesTest {
    private static final Path V2 = Path.of("/sys/fs/cgroup/unified");
    private static final LinuxResources NOTHING = LinuxResources.EMPTY;

    @TempDir
    Path dir;

    @BeforeEach
    void needsRoot() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    }

    private static RawCgroupManager manager(Hierarchy... hierarchies) {
        return new RawCgroupManager(new HostLayout(List.of(hierarchies)), "/felucca-own-" + Processes.getpid(), 10_000);
    }

    private static Hierarchy unified(String... controllers) {
        Assumptions.assumeTrue(Files.exists(V2.resolve("cgroup.controllers")), "no hybrid v2 tree");
        return new Hierarchy("unified", V2.toString(), "", Set.of(controllers), true);
    }

    /** Mounts a v1 controller for the time of the work, in a mount namespace that nobody else sees. */
    private void withV1(String controller, Consumer<Hierarchy> work) {
        String at = dir.toString();
        boolean mounted = Namespaces.inThread("own " + controller, () -> {
            Namespaces.unshare(NamespaceType.MOUNT.flag());
            Mounts.mount(null, "/", null, Mounts.MS_REC | Mounts.MS_PRIVATE, null);
            try {
                Mounts.mount("cgroup", at, "cgroup", 0, controller);
            } catch (KernelException e) {
                return false;
            }
            Hierarchy h = new Hierarchy(controller, at, "", Set.of(controller), false);
            try {
                work.accept(h);
            } finally {
                try (Groups groups = new Groups(new HostLayout(List.of(h)), 10_000)) {
                    groups.children("/").forEach(name -> groups.destroy("/" + name));
                }
                unmount(at, controller);
            }
            return true;
        });
        Assumptions.assumeTrue(mounted, "the kernel cannot mount a v1 hierarchy of " + controller + " now");
    }

    /**
     * The kernel keeps a hierarchy that is unmounted while a removed group is still being released, and then no v2 tree
     * gets the controller back; it must be mounted and unmounted once more. The end of one takes some grace periods of
     * RCU, and there is no event for it.
     */
    private static void unmount(String at, String controller) {
        for (int i = 0; i < 10; i++) {
            Mounts.umount2(at, 0);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            while (System.nanoTime() < end) {
                if (!Transfers.readText(Fd.CWD, "/proc/self/cgroup").contains(":" + controller + ":")) {
                    return;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            Mounts.mount("cgroup", at, "cgroup", 0, controller);
        }
        Mounts.umount2(at, 0);
        throw new AssertionError(controller + " is left as a hierarchy");
    }

    private static String read(Hierarchy h, CgroupManager m, String file) {
        return h.group(m.cgroupsPath("net", "")).read(file);
    }

    private static Map<String, CgroupStats.Hugetlb> only(String size, CgroupStats stats) {
        Map<String, CgroupStats.Hugetlb> map = new HashMap<>(stats.hugetlb());
        map.keySet().retainAll(Set.of(size));
        return map;
    }

    @Test
    void netClsAndNetPrio() {
        withV1("net_cls", h -> {
            RawCgroupManager m = manager(h);
            String path = m.cgroupsPath("net", "");
            m.prepare(path, NOTHING.withNetwork(new LinuxNetwork(0x100001L, List.of())))
                    .close();
            assertEquals("1048577", read(h, m, "net_cls.classid"));
            m.destroy(path);
            assertThrows(
                    EngineException.class,
                    () -> m.prepare(
                            path,
                            NOTHING.withNetwork(new LinuxNetwork(1L, List.of(new LinuxInterfacePriority("lo", 3))))));
            assertFalse(m.exists(path));
            m.deactivate();
        });
        withV1("net_prio", h -> {
            RawCgroupManager m = manager(h);
            String path = m.cgroupsPath("net", "");
            m.prepare(path, NOTHING.withNetwork(new LinuxNetwork(null, List.of(new LinuxInterfacePriority("lo", 3)))))
                    .close();
            assertTrue(read(h, m, "net_prio.ifpriomap").contains("lo 3"));
            m.destroy(path);
            EngineException e = assertThrows(
                    EngineException.class,
                    () -> m.prepare(
                            path,
                            NOTHING.withNetwork(
                                    new LinuxNetwork(null, List.of(new LinuxInterfacePriority("none0", 3))))));
            assertTrue(e.message().contains("none0 3") && e.message().contains("lo"), e.message());
            assertFalse(m.exists(path));
            m.deactivate();
        });
    }

    @Test
    void hugetlbOnV1() {
        String size = "2MB";
        Assumptions.assumeTrue(
                Files.exists(Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB")), "no huge pages of 2 MB");
        withV1("hugetlb", h -> {
            RawCgroupManager m = manager(h);
            String path = m.cgroupsPath("net", "");
            m.prepare(path, NOTHING.withHugepageLimits(List.of(new LinuxHugepageLimit(size, 4L << 20))))
                    .close();
            assertEquals("" + (4L << 20), read(h, m, "hugetlb." + size + ".limit_in_bytes"));
            assertEquals(Map.of(size, new CgroupStats.Hugetlb(0, 0, 0)), only(size, m.stats(path)));
            m.destroy(path);
            EngineException e = assertThrows(
                    EngineException.class,
                    () -> m.prepare(path, NOTHING.withHugepageLimits(List.of(new LinuxHugepageLimit("3MB", 1)))));
            assertTrue(e.message().contains(size), e.message());
            m.deactivate();
        });
    }

    @Test
    void aV2ProgramClosesDevicesAndAnUpdateReplacesIt() {
        RawCgroupManager m = manager(unified());
        String path = m.cgroupsPath("bpf", "");
        var deny = new LinuxDeviceCgroup(false, "a", null, null, "rwm");
        var zero = new LinuxDeviceCgroup(true, "c", 1L, 5L, "r");
        String script =
                "head -c 1 /dev/zero >&2 && echo open; read x <&9; head -c 1 /dev/zero >&2 || echo shut; read x <&9";
        try (Child c = Child.in(m, path, NOTHING.withDevices(List.of(deny, zero)), script)) {
            assertTrue(c.line().endsWith("open"));
            m.set(path, NOTHING.withDevices(List.of(deny)));
            c.go();
            assertTrue(c.line().contains("not permitted"));
            assertEquals("shut", c.line());
        } finally {
            m.destroy(path);
            m.deactivate();
        }
    }

    @Test
    void v2FreezesKillsAndRemoves() throws Exception {
        RawCgroupManager m = manager(unified());
        String path = m.cgroupsPath("freeze", "");
        try (Child c = Child.in(m, path, NOTHING, "sleep 600 & echo on; while :; do :; done")) {
            assertEquals("on", c.line());
            m.freeze(path);
            long before = c.cpuTicks();
            // Time must pass here: what is asserted is that nothing happens in it.
            TimeUnit.MILLISECONDS.sleep(100);
            assertEquals(before, c.cpuTicks());
            assertEquals(2, m.processes(path).size());
            m.destroy(path);
            assertEquals(9, c.await().signal());
            assertFalse(m.exists(path));
        } finally {
            m.destroy(path);
            m.deactivate();
        }
    }

    @Test
    void v1WithoutAV2TreeKillsAndRemoves() {
        List<Hierarchy> v1 = HostLayout.discover().hierarchies().stream()
                .filter(h -> !h.unified())
                .toList();
        Assumptions.assumeFalse(v1.isEmpty(), "no v1 hierarchies");
        RawCgroupManager m = manager(v1.toArray(Hierarchy[]::new));
        String path = m.cgroupsPath("v1only", "");
        try (Child c = Child.in(m, path, NOTHING, "echo on; while :; do sleep 600 & sleep 0.001; done")) {
            assertEquals("on", c.line());
            m.freeze(path);
            m.destroy(path);
            assertEquals(9, c.await().signal());
            assertFalse(m.exists(path));
        } finally {
            m.destroy(path);
            m.deactivate();
        }
    }

    @Test
    void aForeignParentWithAnEmptyCpusetIsFilled() {
        Optional<Hierarchy> found = HostLayout.discover().hierarchies().stream()
                .filter(h -> !h.unified() && h.controllers().contains("cpuset"))
                .findFirst();
        Assumptions.assumeTrue(found.isPresent(), "no v1 cpuset");
        Hierarchy cpuset = found.orElseThrow();
        RawCgroupManager m = manager(cpuset);
        GroupDir foreign = cpuset.group("/felucca-foreign-" + Processes.getpid());
        foreign.make();
        String path = "/felucca-foreign-" + Processes.getpid() + "/1";
        try {
            assertTrue(foreign.read("cpuset.cpus").isBlank());
            m.prepare(path, NOTHING).close();
            assertEquals(cpuset.root().read("cpuset.cpus"), cpuset.group(path).read("cpuset.cpus"));
            assertEquals(cpuset.root().read("cpuset.mems"), cpuset.group(path).read("cpuset.mems"));
        } finally {
            m.destroy(path);
            assertTrue(foreign.remove());
            m.deactivate();
        }
    }
}

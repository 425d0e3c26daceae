package dev.felucca.door.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxPids;
import dev.felucca.api.spec.LinuxResources;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostLayoutTest {
    private static List<String> paths(HostLayout layout, String cgroupsPath) {
        return layout.hierarchies().stream()
                .map(h -> h.group(cgroupsPath).path())
                .toList();
    }

    @Test
    void hybridWithCoMountedControllers() {
        HostLayout l = HostLayout.parse(
                """
                22 1 8:1 / / rw - ext4 /dev/vda rw
                30 22 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct
                31 22 0:27 / /sys/fs/cgroup/with\\040space rw shared:10 - cgroup cgroup rw,pids
                32 22 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
                33 22 0:29 / /sys/fs/cgroup/elogind rw - cgroup cgroup rw,name=elogind
                34 22 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate
                35 22 0:27 /part /other rw - cgroup cgroup rw,pids
                """,
                "5:cpu,cpuacct:/own\n4:pids:/\n2:name=elogind:/\n1:name=systemd:/init.scope\n0::/init.scope",
                m -> "hugetlb");
        assertEquals(
                List.of(
                        "/sys/fs/cgroup/cpu,cpuacct/felucca/1",
                        "/sys/fs/cgroup/with space/felucca/1",
                        "/sys/fs/cgroup/systemd/felucca/1",
                        "/sys/fs/cgroup/unified/felucca/1"),
                paths(l, "/felucca/1"));
        assertEquals(
                "/sys/fs/cgroup/cpu,cpuacct/own/felucca/1",
                paths(l, "felucca/1").get(0));
        assertFalse(l.pureV2());
        assertEquals("cpu,cpuacct", l.of(new CpuacctController()).orElseThrow().name());
        assertEquals("unified", l.of(new HugetlbController()).orElseThrow().name());
        assertEquals("unified", l.of(new DevicesController()).orElseThrow().name());
        assertTrue(l.of(new MemoryController()).isEmpty());
    }

    @Test
    void nestedEngineAndPureV2() {
        HostLayout nested = HostLayout.parse(
                "40 1 0:27 /docker/abc /sys/fs/cgroup/pids ro - cgroup cgroup rw,pids\n",
                "4:pids:/docker/abc/inner",
                m -> "");
        assertEquals(List.of("/sys/fs/cgroup/pids/x"), paths(nested, "/x"));
        assertEquals(List.of("/sys/fs/cgroup/pids/inner/x"), paths(nested, "x"));
        HostLayout v2 = HostLayout.parse(
                "40 1 0:27 / /sys/fs/cgroup rw - cgroup2 none rw\n", "0::/", m -> "cpuset cpu io memory hugetlb pids");
        assertTrue(v2.pureV2());
        assertEquals("unified", v2.of(new BlkioController()).orElseThrow().name());
        assertTrue(v2.of(new NetClsController()).isEmpty());
    }

    @Test
    void aLimitWithoutItsControllerIsUnsupported() {
        var controllers = new Controllers(HostLayout.parse("", "", m -> ""));
        EngineException e = assertThrows(
                EngineException.class, () -> controllers.check(LinuxResources.EMPTY.withPids(new LinuxPids(5L))));
        assertEquals(EngineException.Kind.UNSUPPORTED, e.kind());
        assertTrue(e.message().contains("cgroup controller pids"), e.message());
    }

    @Test
    void pathsStayInside() {
        assertEquals("/felucca/1", CgroupPaths.of("/felucca", "1"));
        for (String bad : List.of("/a/../b", "/", "", "/a//b", "/a/./b", "/a\nb", "/" + "x".repeat(256))) {
            assertThrows(EngineException.class, () -> CgroupPaths.check(bad), bad);
        }
        assertThrows(EngineException.class, () -> CgroupPaths.of("/felucca", "../x"));
    }
}

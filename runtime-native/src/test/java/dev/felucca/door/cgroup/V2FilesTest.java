package dev.felucca.door.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.spec.LinuxBlockIo;
import dev.felucca.api.spec.LinuxCpu;
import dev.felucca.api.spec.LinuxMemory;
import dev.felucca.api.spec.LinuxPids;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.LinuxThrottleDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written on v2, over plain files: this project's machine has nearly no v2 controllers. */
class V2FilesTest {
    private static final LinuxResources NOTHING = LinuxResources.EMPTY;
    private static final LinuxMemory MEMORY = LinuxMemory.EMPTY;

    @TempDir
    Path tree;

    private GroupDir group = new GroupDir(new Hierarchy("unified", "/", "", Set.of(), true), "/");
    private Path dir = Path.of("/");

    @BeforeEach
    void makeTree() throws IOException {
        var h = new Hierarchy("unified", tree.toString(), "", Set.of("memory", "cpu", "io", "pids"), true);
        group = h.group("/felucca/1");
        dir = Files.createDirectories(Path.of(group.path()));
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(dir.resolve(name), text);
    }

    private String text(String name) throws IOException {
        return Files.readString(dir.resolve(name));
    }

    private void fresh(String... names) throws IOException {
        for (String name : names) {
            file(name, "");
        }
    }

    @Test
    void memory() throws IOException {
        fresh("memory.max", "memory.swap.max", "memory.low");
        new MemoryController()
                .set(
                        group,
                        NOTHING.withMemory(
                                MEMORY.withLimit(64L << 20).withSwap(96L << 20).withReservation(32L << 20)),
                        true);
        assertEquals("" + (64 << 20), text("memory.max"));
        assertEquals("" + (32 << 20), text("memory.swap.max"));
        assertEquals("" + (32 << 20), text("memory.low"));
        fresh("memory.max", "memory.swap.max");
        new MemoryController()
                .set(group, NOTHING.withMemory(MEMORY.withLimit(64L << 20).withSwap(-1L)), false);
        assertEquals("max", text("memory.swap.max"));
        for (LinuxMemory bad : List.of(
                MEMORY.withSwappiness(5L),
                MEMORY.withDisableOomKiller(true),
                MEMORY.withLimit(64L << 20).withSwap(1L),
                MEMORY.withLimit(1000L))) {
            assertThrows(
                    EngineException.class,
                    () -> new MemoryController().set(group, NOTHING.withMemory(bad), true),
                    bad.toString());
        }
    }

    @Test
    void swapIsWhatTheSumLeaves() {
        assertEquals(0, MemoryV2.swapOnly(100, 100));
        assertEquals(-1, MemoryV2.swapOnly(-1, -1));
        assertThrows(EngineException.class, () -> MemoryV2.swapOnly(Long.MAX_VALUE, 100));
    }

    @Test
    void cpu() throws IOException {
        assertEquals(
                List.of(1L, 100L, 10_000L),
                List.of(2L, 1024L, 262_144L).stream().map(Weights::cpu).toList());
        fresh("cpu.weight", "cpu.max");
        CpuController c = new CpuController();
        c.set(group, NOTHING.withCpu(LinuxCpu.EMPTY.withShares(1024L).withQuota(50_000L, 200_000L)), true);
        assertEquals("100", text("cpu.weight"));
        assertEquals("50000 200000", text("cpu.max"));
        file("cpu.max", "max 70000\n");
        c.set(group, NOTHING.withCpu(LinuxCpu.EMPTY.withQuota(null, 50_000L)), false);
        assertEquals("max 50000\n", text("cpu.max"));
        assertThrows(
                EngineException.class, () -> c.set(group, NOTHING.withCpu(LinuxCpu.EMPTY.withRealtime(1L, 2L)), true));
    }

    @Test
    void io() throws IOException {
        fresh("io.max", "io.weight");
        var limits = List.of(new LinuxThrottleDevice(8, 0, 1048576));
        var b = new LinuxBlockIo(500, null, List.of(), List.of(), limits, List.of(), List.of());
        new BlkioController().set(group, NOTHING.withBlockIo(b), true);
        assertEquals("8:0 wbps=1048576", text("io.max"));
        assertEquals("4950", text("io.weight"));
        assertEquals(List.of(1L, 10_000L), List.of(Weights.io(10), Weights.io(1000)));
    }

    @Test
    void unifiedFilesAndPids() throws IOException {
        fresh("memory.high", "pids.max");
        var controllers = new Controllers(new HostLayout(List.of(group.hierarchy())));
        LinuxResources r = NOTHING.withUnified(Map.of("memory.high", "1000")).withPids(new LinuxPids(7L));
        controllers.set("/felucca/1", r, true);
        assertEquals("1000", text("memory.high"));
        assertEquals("7", text("pids.max"));
        for (String bad : List.of("../x.y", "nofile", ".x")) {
            assertThrows(
                    EngineException.class,
                    () -> controllers.set("/felucca/1", NOTHING.withUnified(Map.of(bad, "1")), true));
        }
        EngineException e = assertThrows(
                EngineException.class,
                () -> controllers.set("/felucca/1", NOTHING.withUnified(Map.of("memory.none", "1")), true));
        assertEquals(EngineException.Kind.UNSUPPORTED, e.kind());
    }

    @Test
    void controllersAreSwitchedOnFromTheTop() throws IOException {
        file("cgroup.controllers", "");
        Files.writeString(tree.resolve("felucca/cgroup.controllers"), "memory\n");
        Files.writeString(tree.resolve("felucca/cgroup.subtree_control"), "");
        Files.writeString(tree.resolve("cgroup.controllers"), "cpu memory pids\n");
        Files.writeString(tree.resolve("cgroup.subtree_control"), "");
        GroupMaker.enable(group, Set.of("memory", "pids"));
        assertEquals(
                Set.of("+memory", "+pids"),
                Set.of(Files.readString(tree.resolve("cgroup.subtree_control")).split(" ")));
        assertEquals(
                Set.of("+memory", "+pids"),
                Set.of(Files.readString(tree.resolve("felucca/cgroup.subtree_control"))
                        .split(" ")));
    }

    @Test
    void stats() throws IOException {
        file(
                "cpu.stat",
                "usage_usec 30\nuser_usec 20\nsystem_usec 10\nnr_periods 3\nnr_throttled 2\nthrottled_usec 5\n");
        file("memory.current", "4096\n");
        file("memory.max", "max\n");
        file("memory.stat", "anon 1\nfile 2\n");
        file("memory.events", "low 0\nmax 4\noom_kill 1\n");
        file("pids.current", "3\n");
        file("pids.max", "max\n");
        file("io.stat", "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n");
        StatsBuilder into = new StatsBuilder();
        new Controllers(new HostLayout(List.of(group.hierarchy()))).stats("/felucca/1", into);
        CgroupStats s = into.build();
        assertEquals(new CgroupStats.Cpu(30_000, 20_000, 10_000, List.of(), 3, 2, 5000), s.cpu());
        assertEquals(new CgroupStats.Memory(4096, -1, Long.MAX_VALUE, 4, Map.of("anon", 1L, "file", 2L)), s.memory());
        assertEquals(new CgroupStats.Pids(3, Long.MAX_VALUE), s.pids());
        assertEquals(
                new CgroupStats.BlkioEntry("io_service_bytes_recursive", 8, 0, "Read", 1),
                s.blkio().get(0));
        assertEquals(6, s.blkio().size());
        assertEquals(1, MemoryController.oomKills(group));
    }

    @Test
    void hugePageSizes() {
        assertEquals("2MB", HugetlbController.size("hugepages-2048kB"));
        assertEquals("1GB", HugetlbController.size("hugepages-1048576kB"));
        assertEquals("64KB", HugetlbController.size("hugepages-64kB"));
    }
}

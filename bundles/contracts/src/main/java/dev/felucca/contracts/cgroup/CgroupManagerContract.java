package dev.felucca.contracts.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.spec.LinuxCpu;
import dev.felucca.api.spec.LinuxDeviceCgroup;
import dev.felucca.api.spec.LinuxMemory;
import dev.felucca.api.spec.LinuxPids;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.door.Processes;
import dev.felucca.door.cgroup.HostLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Extend it, give the manager, and add what differs. Each test uses groups of its own and checks that they are gone. */
@Timeout(60)
public abstract class CgroupManagerContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final LinuxResources NOTHING = LinuxResources.EMPTY;
    private static final long MIB = 1 << 20;

    protected CgroupManager manager;
    private final List<String> made = new ArrayList<>();

    /** A manager of this kind whose own parent group is used by nobody else. */
    protected abstract CgroupManager createManager();

    /** Ends the manager and what it made. */
    protected abstract void closeManager(CgroupManager manager);

    @BeforeEach
    void open() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        manager = createManager();
    }

    @AfterEach
    void nothingIsLeft() {
        if (manager != null) {
            made.forEach(manager::destroy);
            made.forEach(p -> assertFalse(manager.exists(p), p + " is left"));
            assertEquals(List.of(), manager.groups());
            closeManager(manager);
        }
    }

    /** Skips the test on a host that lacks one of the controllers (v1's names). */
    protected static void needs(String... controllers) {
        Set<String> here = new HashSet<>();
        HostLayout.discover().hierarchies().forEach(h -> here.addAll(h.controllers()));
        for (String controller : controllers) {
            Assumptions.assumeTrue(here.contains(controller), "missing here: the cgroup controller " + controller);
        }
    }

    /** A path that no other test uses; destroyed at the end. */
    protected final String newPath() {
        String path = manager.cgroupsPath("contract-" + Processes.getpid() + "-" + NUMBER.incrementAndGet(), "");
        made.add(path);
        return path;
    }

    private Child child(LinuxResources resources, String script) {
        return Child.in(manager, newPath(), resources, script);
    }

    private String lastPath() {
        return made.get(made.size() - 1);
    }

    private static EngineException refused(EngineException.Kind kind, Runnable call) {
        EngineException e = assertThrows(EngineException.class, call::run);
        assertEquals(kind, e.kind(), e.message());
        return e;
    }

    /** The group is prepared, and a process placed in it if that went well: one of the two must refuse. */
    private EngineException refused(String path, LinuxResources bad) {
        return refused(EngineException.Kind.INVALID, () -> Child.in(manager, path, bad, "true")
                .close());
    }

    @Test
    protected void probeAndStatus() {
        manager.probe();
        assertFalse(manager.status().isEmpty());
        assertEquals(List.of(), manager.groups());
    }

    @Test
    protected void limitsAreInTheKernelsFiles() {
        needs("memory", "cpu", "cpuset", "pids");
        LinuxResources r = NOTHING.withMemory(
                        LinuxMemory.EMPTY.withLimit(64 * MIB).withSwap(64 * MIB).withReservation(32 * MIB))
                .withCpu(LinuxCpu.EMPTY
                        .withShares(512L)
                        .withQuota(50_000L, 100_000L)
                        .withCpus("0")
                        .withMems("0"))
                .withPids(new LinuxPids(123L));
        try (Child c = child(r, "echo in; read x <&9")) {
            assertEquals("in", c.line());
            GroupFiles f = GroupFiles.of(c.pid());
            assertEquals("" + 64 * MIB, f.read("memory", "memory.limit_in_bytes", "memory.max"));
            assertEquals(
                    f.v1("memory") ? "" + 64 * MIB : "0",
                    f.read("memory", "memory.memsw.limit_in_bytes", "memory.swap.max"));
            assertEquals("" + 32 * MIB, f.read("memory", "memory.soft_limit_in_bytes", "memory.low"));
            if (f.v1("cpu")) {
                assertEquals("512", f.read("cpu", "cpu.shares", ""));
                assertEquals("50000", f.read("cpu", "cpu.cfs_quota_us", ""));
                assertEquals("100000", f.read("cpu", "cpu.cfs_period_us", ""));
            } else {
                assertEquals("50000 100000", f.read("cpu", "", "cpu.max"));
            }
            assertEquals("0", f.read("cpuset", "cpuset.cpus", ""));
            assertEquals("123", f.read("pids", "pids.max", ""));
        }
    }

    @Test
    protected void updateChangesWhatItNamesAndKeepsTheRest() {
        needs("memory", "pids");
        LinuxMemory memory = LinuxMemory.EMPTY.withLimit(64 * MIB).withSwap(64 * MIB);
        try (Child c = child(NOTHING.withMemory(memory).withPids(new LinuxPids(50L)), "echo in; read x <&9")) {
            assertEquals("in", c.line());
            GroupFiles f = GroupFiles.of(c.pid());
            String path = lastPath();
            manager.set(path, NOTHING.withMemory(memory.withLimit(128 * MIB).withSwap(256 * MIB)));
            assertEquals("" + 128 * MIB, f.read("memory", "memory.limit_in_bytes", "memory.max"));
            assertEquals(
                    "" + (f.v1("memory") ? 256 : 128) * MIB,
                    f.read("memory", "memory.memsw.limit_in_bytes", "memory.swap.max"));
            assertEquals("50", f.read("pids", "pids.max", ""));
            manager.set(path, NOTHING.withMemory(memory.withLimit(32 * MIB).withSwap(48 * MIB)));
            assertEquals("" + 32 * MIB, f.read("memory", "memory.limit_in_bytes", "memory.max"));
            manager.set(
                    path, NOTHING.withMemory(LinuxMemory.EMPTY.withLimit(-1L)).withPids(new LinuxPids(-1L)));
            assertTrue(manager.stats(path).memory().limit() > 1L << 60, "the memory limit is lifted");
            assertEquals("max", f.read("pids", "pids.max", ""));
        }
    }

    @Test
    protected void aProcessIsMovedByApply() {
        String path = newPath();
        try (Child c = Child.waiting("echo moved; read x <&9")) {
            manager.prepare(path, NOTHING).close();
            manager.apply(path, c.pid(), NOTHING);
            assertEquals(List.of(c.pid()), manager.processes(path));
            GroupFiles f = GroupFiles.of(c.pid());
            f.directories()
                    .forEach((controller, d) -> assertTrue(
                            d.toString().contains("contract-" + Processes.getpid()), controller + " is in " + d));
        }
    }

    @Test
    protected void aForkBombIsHeldByThePidsLimit() {
        needs("pids");
        String bomb = "bomb() { bomb | bomb & }; bomb 2>/dev/null; echo lit; exec sleep 600";
        try (Child c = child(NOTHING.withPids(new LinuxPids(30L)), bomb)) {
            assertEquals("lit", c.line());
            String path = lastPath();
            assertTrue(manager.processes(path).size() <= 30);
            assertEquals(30, manager.stats(path).pids().limit());
            manager.destroy(path);
            assertFalse(manager.exists(path));
        }
    }

    @Test
    protected void anOomKillIsCountedAndReported() throws Exception {
        needs("memory");
        LinuxMemory memory = LinuxMemory.EMPTY.withLimit(24 * MIB).withSwap(24 * MIB);
        String path = newPath();
        CountDownLatch told = new CountDownLatch(1);
        try (Child c = Child.in(manager, path, NOTHING.withMemory(memory), "read x <&9; exec tail /dev/zero");
                var watch = manager.watchOom(path, told::countDown)) {
            assertEquals(0, manager.oomKills(path));
            c.go();
            assertEquals(9, c.await().signal());
            assertTrue(told.await(10, TimeUnit.SECONDS), "the watch was called");
            assertEquals(1, manager.oomKills(path));
        }
    }

    @Test
    protected void removalOfAGroupIsNoOom() throws Exception {
        String path = newPath();
        CountDownLatch told = new CountDownLatch(1);
        try (Child c = Child.in(manager, path, NOTHING, "read x <&9");
                var watch = manager.watchOom(path, told::countDown)) {
            manager.destroy(path);
            assertFalse(told.await(200, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    protected void freezeStopsAndThawResumes() throws Exception {
        try (Child c = child(NOTHING, "echo on; while :; do :; done")) {
            assertEquals("on", c.line());
            String path = lastPath();
            manager.freeze(path);
            long before = c.cpuTicks();
            // Time must pass here: what is asserted is that nothing happens in it.
            TimeUnit.MILLISECONDS.sleep(200);
            assertEquals(before, c.cpuTicks(), "CPU time of a frozen process");
            manager.thaw(path);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (c.cpuTicks() == before && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertTrue(c.cpuTicks() > before, "it runs again");
        }
    }

    @Test
    protected void killReachesFrozenProcesses() {
        try (Child c = child(NOTHING, "sleep 600 & echo on; wait")) {
            assertEquals("on", c.line());
            manager.freeze(lastPath());
            manager.kill(lastPath());
            assertEquals(9, c.await().signal());
        }
    }

    @Test
    protected void destroyKillsWhatIsLeft() {
        try (Child c = child(NOTHING, "trap '' TERM INT HUP; sleep 600 & sleep 600 & echo on; wait")) {
            assertEquals("on", c.line());
            GroupFiles f = GroupFiles.of(c.pid());
            manager.destroy(lastPath());
            assertEquals(9, c.await().signal());
            assertFalse(manager.exists(lastPath()));
            assertEquals(List.of(), f.remaining());
            manager.destroy(lastPath());
        }
    }

    @Test
    protected void destroyTakesGroupsBelowAlong() throws Exception {
        try (Child c = child(NOTHING, "echo on; read x <&9")) {
            assertEquals("on", c.line());
            for (var d :
                    new java.util.HashSet<>(GroupFiles.of(c.pid()).directories().values())) {
                java.nio.file.Files.createDirectories(d.resolve("inner/most"));
            }
            manager.destroy(lastPath());
            assertFalse(manager.exists(lastPath()));
        }
    }

    @Test
    protected void statsGrow() {
        needs("memory", "pids");
        try (Child c = child(NOTHING.withPids(new LinuxPids(9L)), "echo on; while :; do :; done")) {
            assertEquals("on", c.line());
            CgroupStats first = manager.stats(lastPath());
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            CgroupStats then = first;
            while (then.cpu().usage() < first.cpu().usage() + 50_000_000 && System.nanoTime() < end) {
                then = manager.stats(lastPath());
            }
            assertTrue(then.cpu().usage() >= first.cpu().usage() + 50_000_000, () -> "usage: " + first.cpu());
            assertTrue(then.cpu().user() > 0, "user time");
            assertTrue(then.memory().usage() > 0 && then.memory().usage() < 512 * MIB, "memory in use");
            assertFalse(then.memory().detail().isEmpty());
            assertEquals(new CgroupStats.Pids(1, 9), then.pids());
        }
    }

    private static LinuxDeviceCgroup rule(boolean allow, String type, Long major, Long minor, String access) {
        return new LinuxDeviceCgroup(allow, type, major, minor, access);
    }

    @Test
    protected void aDeviceThatIsNotAllowedGivesEperm() {
        // Everything is denied but to read and write null (1:3) and to make, not open, zero (1:5).
        List<LinuxDeviceCgroup> rules = List.of(
                new LinuxDeviceCgroup(false, "a", null, null, "rwm"),
                rule(true, "c", 1L, 3L, "rw"),
                rule(true, "c", 1L, 5L, "m"));
        String node = "/dev/felucca-contract-" + Processes.getpid();
        String script = "echo > /dev/null && echo null; head -c 1 /dev/zero; mknod " + node
                + " c 1 5 && echo made; rm -f " + node + "; mknod " + node + " c 1 3; head -c 1 /dev/full; true";
        try (Child c = child(NOTHING.withDevices(rules), script)) {
            List<String> out = c.output().lines().toList();
            assertEquals(0, c.await().code(), out.toString());
            assertEquals(5, out.size(), out.toString());
            assertEquals("null", out.get(0));
            assertTrue(out.get(1).contains("/dev/zero") && out.get(1).contains("not permitted"), out.get(1));
            assertEquals("made", out.get(2));
            assertTrue(out.get(3).contains("mknod") && out.get(3).contains("not permitted"), out.get(3));
            assertTrue(out.get(4).contains("/dev/full") && out.get(4).contains("not permitted"), out.get(4));
        }
    }

    @Test
    protected void badValuesAreNamedAndNothingIsLeft() {
        needs("memory", "cpu", "cpuset");
        String path = newPath();
        EngineException e = refused(path, NOTHING.withCpu(LinuxCpu.EMPTY.withCpus("4000")));
        assertTrue(e.message().contains("4000") && e.message().contains("cpuset.cpus"), e.message());
        assertFalse(manager.exists(path));
        refused(path, NOTHING.withMemory(LinuxMemory.EMPTY.withLimit(4096L)));
        refused(path, NOTHING.withCpu(LinuxCpu.EMPTY.withQuota(1L, 100_000L)));
        assertFalse(manager.exists(path));
        assertEquals(List.of(), manager.groups());
    }

    @Test
    protected void aMissingGroupIsSaidToBeMissing() {
        String path = newPath();
        assertFalse(manager.exists(path));
        refused(EngineException.Kind.NOT_FOUND, () -> manager.set(path, NOTHING));
        refused(EngineException.Kind.NOT_FOUND, () -> manager.stats(path));
        refused(EngineException.Kind.NOT_FOUND, () -> manager.freeze(path));
        manager.destroy(path);
    }

    @Test
    protected void aGroupWithProcessesIsNotTakenOver() {
        try (Child c = child(NOTHING, "echo on; read x <&9")) {
            assertEquals("on", c.line());
            refused(EngineException.Kind.CONFLICT, () -> manager.prepare(lastPath(), NOTHING));
            assertEquals(List.of(c.pid()), manager.processes(lastPath()));
        }
    }

    @Test
    protected void anotherManagerFindsAndAdoptsTheGroups() {
        try (Child c = child(NOTHING, "echo on; read x <&9")) {
            assertEquals("on", c.line());
            CgroupManager other = createManager();
            assertEquals(List.of(lastPath()), other.groups());
            assertEquals(List.of(c.pid()), other.processes(lastPath()));
            closeManager(other);
            assertTrue(manager.exists(lastPath()));
        }
    }

    @Test
    protected void fiftyGroupsAtOnce() throws Exception {
        needs("pids");
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            paths.add(newPath());
        }
        var pool = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (String path : paths) {
                calls.add(() -> {
                    try (Child c = Child.in(manager, path, NOTHING.withPids(new LinuxPids(5L)), "exit 7")) {
                        int code = c.await().code();
                        manager.destroy(path);
                        return code;
                    }
                });
            }
            for (Future<Integer> f : pool.invokeAll(calls)) {
                assertEquals(7, f.get());
            }
        } finally {
            pool.shutdown();
        }
        assertEquals(List.of(), manager.groups());
    }
}

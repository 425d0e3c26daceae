package dev.felucca.contracts.namespace;

import static dev.felucca.api.spec.LinuxNamespaceType.CGROUP;
import static dev.felucca.api.spec.LinuxNamespaceType.IPC;
import static dev.felucca.api.spec.LinuxNamespaceType.MOUNT;
import static dev.felucca.api.spec.LinuxNamespaceType.NETWORK;
import static dev.felucca.api.spec.LinuxNamespaceType.PID;
import static dev.felucca.api.spec.LinuxNamespaceType.TIME;
import static dev.felucca.api.spec.LinuxNamespaceType.UTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineRoots;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.LinuxTimeOffset;
import dev.felucca.door.Fd;
import dev.felucca.door.Mounts;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every namespace strategy must do, seen by a process in the namespaces that it gives. Runs as root; needs nsenter(1) and
 * unshare(1) of util-linux.
 */
public abstract class NamespaceStrategyContract {
    private static final Set<LinuxNamespaceType> ALL = EnumSet.of(NETWORK, MOUNT, IPC, UTS, TIME, PID, CGROUP);

    private Path top = Path.of("/");
    private Path runRoot = top;

    /** A new object of the strategy; what an earlier one did must be known to it. */
    protected abstract NamespaceStrategy strategy(EngineRoots roots);

    /** Run root below a temporary directory; override to test another length. */
    protected Path runRootIn(Path temporary) {
        return temporary.resolve("run");
    }

    @BeforeEach
    final void makeRunRoot() throws IOException {
        top = Files.createTempDirectory("felucca-ns");
        runRoot = runRootIn(top);
        Files.createDirectories(runRoot);
        mountPrivate(runRoot);
    }

    @AfterEach
    final void removeRunRoot() throws IOException {
        assertEquals(List.of(), mountsBelow(runRoot), "mounts left in the run root");
        Mounts.umount2(runRoot.toString(), 0);
        try (var paths = Files.walk(top)) {
            for (Path p : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(p);
            }
        }
    }

    private static void mountPrivate(Path dir) {
        Mounts.mount(dir.toString(), dir.toString(), null, Mounts.MS_BIND, null);
        Mounts.mount(null, dir.toString(), null, Mounts.MS_PRIVATE, null);
    }

    private static List<String> mountsBelow(Path dir) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/thread-self/mountinfo"))) {
            return lines.map(l -> l.split(" ")[4])
                    .filter(p -> p.startsWith(dir + "/"))
                    .toList();
        }
    }

    private NamespaceStrategy strategy() {
        return strategy(new EngineRoots() {
            @Override
            public Path dataRoot() {
                return top;
            }

            @Override
            public Path runRoot() {
                return runRoot;
            }
        });
    }

    private static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static NamespaceRequest request(Set<LinuxNamespaceType> fresh) {
        return new NamespaceRequest(newId(), fresh, Map.of(), Map.of());
    }

    @Test
    void theEntriesNameEachTypeOnceAndThePidNamespaceIsBornWithInit() {
        NamespaceStrategy strategy = strategy();
        NamespaceRequest request = request(ALL);
        List<LinuxNamespace> entries = strategy.prepare(request);
        assertEquals(
                ALL, EnumSet.copyOf(entries.stream().map(LinuxNamespace::type).toList()));
        assertEquals(ALL.size(), entries.size());
        assertTrue(entries.contains(LinuxNamespace.of(PID)), "a pinned pid namespace cannot take an init");
        assertTrue(entries.contains(LinuxNamespace.of(CGROUP)), "made before placement it would show the host's path");
        strategy.release(request.containerId());
    }

    @Test
    void whatIsNotAskedForIsTheHosts() {
        NamespaceStrategy strategy = strategy();
        NamespaceRequest request = request(EnumSet.of(UTS, PID));
        try (NamespaceProbe probe = new NamespaceProbe(strategy.prepare(request), Map.of())) {
            assertNotEquals(NamespaceProbe.own(UTS), probe.namespace(UTS));
            assertEquals(NamespaceProbe.own(NETWORK), probe.namespace(NETWORK));
            assertEquals(NamespaceProbe.own(IPC), probe.namespace(IPC));
        }
        strategy.release(request.containerId());
    }

    @Test
    void theViewFromInside() throws IOException {
        NamespaceStrategy strategy = strategy();
        Map<String, LinuxTimeOffset> offsets = Map.of("boottime", new LinuxTimeOffset(7_000_000, 0));
        NamespaceRequest request = new NamespaceRequest(newId(), ALL, Map.of(), offsets);
        String hostname = Files.readString(Path.of("/proc/sys/kernel/hostname"));
        try (NamespaceProbe probe = new NamespaceProbe(strategy.prepare(request), offsets)) {
            strategy.pin(request, probe.pid());
            assertEquals("1", probe.ask("echo $$"));
            for (LinuxNamespaceType type : ALL) {
                assertNotEquals(NamespaceProbe.own(type), probe.namespace(type), "own " + type);
            }
            assertTrue(probe.loopbackIsUp(), "the loopback is up");
            double uptime = Double.parseDouble(probe.ask("cut -d' ' -f1 /proc/uptime"));
            assertTrue(uptime > 7_000_000 && uptime < 7_900_000, "uptime with its offset: " + uptime);
            probe.ask("hostname felucca-test");
            assertEquals("felucca-test", probe.ask("hostname"));
            assertEquals(hostname, Files.readString(Path.of("/proc/sys/kernel/hostname")));
            strategy.pins(request.containerId())
                    .forEach((type, path) ->
                            assertEquals(probe.namespace(type), identity(path, type), "pin of " + type));
        }
        strategy.release(request.containerId());
        assertEquals(Map.of(), strategy.pins(request.containerId()));
    }

    private static String identity(String pin, LinuxNamespaceType type) {
        try (Fd fd = dev.felucca.door.Descriptors.open(pin, dev.felucca.door.Descriptors.O_RDONLY)) {
            return type.procName() + ":[" + Namespaces.inode(fd) + "]";
        }
    }

    @Test
    void joinedTypesAreTheOthers() {
        NamespaceStrategy strategy = strategy();
        NamespaceRequest first = request(ALL);
        try (NamespaceProbe one = new NamespaceProbe(strategy.prepare(first), Map.of())) {
            strategy.pin(first, one.pid());
            Map<LinuxNamespaceType, String> joined = Map.of(
                    NETWORK, "/proc/" + one.pid() + "/ns/net",
                    IPC, "/proc/" + one.pid() + "/ns/ipc",
                    PID, "/proc/" + one.pid() + "/ns/pid");
            NamespaceRequest second = new NamespaceRequest(newId(), EnumSet.of(UTS, MOUNT, CGROUP), joined, Map.of());
            try (NamespaceProbe two = new NamespaceProbe(strategy.prepare(second), Map.of())) {
                strategy.pin(second, two.pid());
                joined.keySet().forEach(t -> assertEquals(one.namespace(t), two.namespace(t)));
                assertNotEquals(one.namespace(UTS), two.namespace(UTS));
                assertNotEquals("1", two.ask("echo $$"));
            }
            strategy.release(second.containerId());
        }
        strategy.release(first.containerId());
    }

    @Test
    void releaseLeavesNothingAndCanBeRepeated() throws IOException {
        NamespaceStrategy strategy = strategy();
        NamespaceRequest request = request(ALL);
        strategy.prepare(request);
        strategy.release(request.containerId());
        strategy.release(request.containerId());
        strategy.release(newId());
        assertEquals(Map.of(), strategy.pins(request.containerId()));
        assertEquals(List.of(), strategy.containers());
        assertEquals(List.of(), mountsBelow(runRoot));
        strategy.prepare(request);
        strategy.release(request.containerId());
    }

    @Test
    void aSuccessorFindsAndReleasesWhatADeadEngineLeft() throws IOException {
        NamespaceRequest request = request(ALL);
        NamespaceStrategy dead = strategy();
        List<LinuxNamespace> entries = dead.prepare(request);
        NamespaceStrategy next = strategy();
        boolean pins = entries.stream().anyMatch(e -> e.path() != null);
        assertEquals(pins ? List.of(request.containerId()) : List.of(), next.containers());
        next.containers().forEach(next::release);
        assertEquals(List.of(), next.containers());
        assertEquals(List.of(), mountsBelow(runRoot));
    }

    @Test
    void twentyAtOnceEachHaveTheirOwn() throws Exception {
        NamespaceStrategy strategy = strategy();
        ExecutorService pool = Executors.newFixedThreadPool(20);
        try {
            List<Callable<String>> tasks = new ArrayList<>();
            IntStream.range(0, 20)
                    .forEach(i -> tasks.add(() -> {
                        NamespaceRequest request = request(ALL);
                        try (NamespaceProbe probe = new NamespaceProbe(strategy.prepare(request), Map.of())) {
                            strategy.pin(request, probe.pid());
                            assertTrue(probe.loopbackIsUp());
                            return probe.namespace(NETWORK) + probe.namespace(PID);
                        } finally {
                            strategy.release(request.containerId());
                        }
                    }));
            List<String> seen = new ArrayList<>();
            for (Future<String> f : pool.invokeAll(tasks)) {
                seen.add(f.get());
            }
            assertEquals(20, Set.copyOf(seen).size());
        } finally {
            pool.shutdown();
        }
        assertEquals(List.of(), strategy.containers());
    }

    @Test
    void worksUnderASharedRootMount() {
        Namespaces.inThread("shared-root", () -> {
            Namespaces.unshare(NamespaceType.MOUNT.flag() | Namespaces.CLONE_FS);
            Mounts.mount(null, "/", null, Mounts.MS_REC | Mounts.MS_SHARED, null);
            mountPrivate(runRoot);
            NamespaceStrategy strategy = strategy();
            NamespaceRequest request = request(ALL);
            strategy.prepare(request);
            strategy.release(request.containerId());
            assertFalse(strategy.containers().contains(request.containerId()));
            assertEquals(List.of(), mountsBelow(runRoot));
            return true;
        });
    }

    @Test
    void probeLeavesNoTrace() throws IOException {
        NamespaceStrategy strategy = strategy();
        strategy.probe();
        assertEquals(List.of(), strategy.containers());
        assertEquals(List.of(), mountsBelow(runRoot));
        assertFalse(strategy.status().isEmpty());
    }
}

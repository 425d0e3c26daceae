package dev.felucca.namespace.setns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.LinuxTimeOffset;
import dev.felucca.contracts.namespace.NamespaceStrategyContract;
import dev.felucca.door.BaseNamespace;
import dev.felucca.door.Fd;
import dev.felucca.door.Mounts;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class SetnsNamespacesTest {
    private static final Logger LOG = LoggerFactory.getLogger(SetnsNamespacesTest.class);

    private static final BaseNamespace BASE = new BaseNamespace() {
        private final Fd fd = Namespaces.create(NamespaceType.MOUNT);

        @Override
        public Fd fd() {
            return fd;
        }

        @Override
        public void prune(List<Path> roots) {}
    };

    @Nested
    class Contract extends NamespaceStrategyContract {
        @Override
        protected NamespaceStrategy strategy(EngineRoots roots) {
            return new SetnsNamespaces(roots, BASE);
        }
    }

    @Nested
    class ContractInALongRunRoot extends Contract {
        @Override
        protected Path runRootIn(Path temporary) {
            return temporary.resolve("r".repeat(200 - temporary.toString().length() - 1));
        }
    }

    private static SetnsNamespaces in(Path root) {
        return new SetnsNamespaces(
                new EngineRoots() {
                    @Override
                    public Path dataRoot() {
                        return root;
                    }

                    @Override
                    public Path runRoot() {
                        return root;
                    }
                },
                BASE);
    }

    @Test
    void whatIsRefusedLeavesNothing(@TempDir Path root) {
        SetnsNamespaces strategy = in(root);
        for (LinuxTimeOffset bad : List.of(new LinuxTimeOffset(0, 1_000_000_000), new LinuxTimeOffset(-1L << 40, 0))) {
            NamespaceRequest request = new NamespaceRequest(
                    "abc", EnumSet.of(LinuxNamespaceType.TIME), Map.of(), Map.of("monotonic", bad));
            assertThrows(EngineException.class, () -> strategy.prepare(request));
            assertEquals(List.of(), strategy.containers());
        }
        NamespaceRequest clock = new NamespaceRequest(
                "abc", EnumSet.of(LinuxNamespaceType.TIME), Map.of(), Map.of("realtime", new LinuxTimeOffset(1, 0)));
        assertThrows(EngineException.class, () -> strategy.prepare(clock));
        assertEquals(List.of(), strategy.containers());
    }

    @Test
    void anIdIsOneNameAndNoPath(@TempDir Path root) {
        for (String id : List.of("", "..", ".x", "a/b", "../a")) {
            assertThrows(EngineException.class, () -> in(root).prepare(
                            new NamespaceRequest(id, Set.of(), Map.of(), Map.of())));
        }
    }

    @Test
    void dustOfARebootIsReleased(@TempDir Path root) throws IOException {
        Files.createDirectories(root.resolve("ns/abc"));
        Files.createFile(root.resolve("ns/abc/net"));
        SetnsNamespaces strategy = in(root);
        assertEquals(List.of("abc"), strategy.containers());
        assertEquals(Map.of(), strategy.pins("abc"));
        strategy.release("abc");
        assertEquals(List.of(), strategy.containers());
    }

    /** Ids of namespaces are the CPU's that made them; see MountOrder in the door. */
    @Test
    void anEngineInAMountNamespaceOfItsOwnPinsOnEachCpu(@TempDir Path root) {
        Namespaces.inThread("engine", () -> {
            Namespaces.unshare(Namespaces.CLONE_FS | NamespaceType.MOUNT.flag());
            Mounts.mount(null, "/", null, Mounts.MS_REC | Mounts.MS_PRIVATE, null);
            SetnsNamespaces strategy = in(root);
            for (int i = 0; i < 40; i++) {
                strategy.prepare(
                        new NamespaceRequest("c" + i, EnumSet.of(LinuxNamespaceType.MOUNT), Map.of(), Map.of()));
                strategy.release("c" + i);
            }
            return true;
        });
    }

    @Test
    void costOfARun(@TempDir Path root) {
        SetnsNamespaces strategy = in(root);
        Set<LinuxNamespaceType> fresh = EnumSet.allOf(LinuxNamespaceType.class);
        fresh.remove(LinuxNamespaceType.USER);
        long[] prepare = new long[300];
        long[] release = new long[prepare.length];
        for (int i = 0; i < prepare.length; i++) {
            NamespaceRequest request = new NamespaceRequest("c" + i, fresh, Map.of(), Map.of());
            long start = System.nanoTime();
            strategy.prepare(request);
            long middle = System.nanoTime();
            strategy.release(request.containerId());
            prepare[i] = middle - start;
            release[i] = System.nanoTime() - middle;
        }
        Arrays.sort(prepare);
        Arrays.sort(release);
        LOG.info(
                "setns: prepare {} us, release {} us (medians)",
                prepare[prepare.length / 2] / 1000,
                release[release.length / 2] / 1000);
    }
}

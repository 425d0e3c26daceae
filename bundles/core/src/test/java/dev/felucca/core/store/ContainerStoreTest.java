package dev.felucca.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineRoots;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.container.Ulimit;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.network.NetworkOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerStoreTest {
    @TempDir
    Path root;

    private ContainerStore store() {
        return new ContainerStore(new ContainerDirectories(new EngineRoots() {
            @Override
            public Path dataRoot() {
                return root;
            }

            @Override
            public Path runRoot() {
                return root;
            }
        }));
    }

    private ContainerInfo container(String id) {
        ContainerConfig config = new ContainerConfig(
                "busybox",
                List.of("sh", "-c", "echo \"ü\" > /x"),
                null,
                List.of("A=b"),
                "/w",
                "1:2",
                null,
                "",
                true,
                true,
                false,
                Map.of("k", "v"),
                Set.of("80/tcp"),
                Set.of("/data"),
                "SIGQUIT",
                3,
                null);
        HostConfig host = new HostConfig(
                "none",
                "",
                "private",
                "",
                "private",
                false,
                true,
                List.of("NET_ADMIN"),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(new Ulimit("nofile", 10, -1)),
                Map.of(),
                Resources.NONE,
                "",
                null,
                Map.of("felucca.storage", "vfs"),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                1L,
                5,
                Map.of(),
                null,
                List.of(),
                false,
                RestartPolicy.NO,
                false,
                NetworkOptions.none(),
                List.of(),
                false);
        return new ContainerInfo(
                id,
                "name",
                Instant.parse("2026-01-02T03:04:05.000000006Z"),
                "sha256:1",
                "busybox",
                "sh",
                List.of("-c"),
                config,
                host,
                new ContainerState(ContainerStatus.RUNNING, 12, 34, 0, false, "", Instant.EPOCH, null, null),
                List.of(new VolumeMount("volume", "n", "/data", false, null, false, false, "")),
                "vfs",
                "raw",
                "clone",
                "inprocess",
                0,
                root.resolve("log"),
                root.resolve("h"),
                root.resolve("hs"),
                root.resolve("r"),
                "/felucca/x",
                List.of());
    }

    @Test
    void readsBackWhatItWrote() {
        ContainerStore store = store();
        ContainerInfo one = container("a".repeat(64));
        store.prepare(one.id());
        store.save(one, true, true);
        var loaded = store().load();
        assertEquals(1, loaded.size());
        assertEquals(one, loaded.get(0).container());
        assertTrue(loaded.get(0).sameBoot());
    }

    @Test
    void anInterruptedCreateIsRemovedAndARuinedFileIsLeftAlone() throws Exception {
        ContainerStore store = store();
        store.prepare("half");
        store.prepare("ruined");
        Path ruined = root.resolve("containers/ruined/config.json");
        Files.writeString(ruined, "{\"formatVersion\":1,");
        assertEquals(List.of(), store.load());
        assertFalse(Files.exists(root.resolve("containers/half")));
        assertTrue(Files.exists(ruined));
    }

    @Test
    void stateOfAnEarlierBootIsToldApart() throws Exception {
        ContainerStore store = store();
        ContainerInfo one = container("b".repeat(64));
        store.prepare(one.id());
        store.save(one, false, false);
        Path file = root.resolve("containers").resolve(one.id()).resolve("config.json");
        String bootId =
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        Files.writeString(file, Files.readString(file).replace(bootId, "another"));
        assertFalse(store.load().get(0).sameBoot());
    }

    @Test
    void deletingDoesNotFollowLinks() throws Exception {
        ContainerStore store = store();
        store.prepare("c");
        Path outside = Files.createDirectory(root.resolve("outside"));
        Files.writeString(outside.resolve("keep"), "x");
        Files.createSymbolicLink(root.resolve("containers/c/link"), outside);
        store.delete("c");
        store.delete("c");
        assertTrue(Files.exists(outside.resolve("keep")));
    }
}

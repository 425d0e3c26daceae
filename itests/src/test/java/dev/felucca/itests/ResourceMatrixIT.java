package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import dev.felucca.api.EngineException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Test;

/** Limits, as the kernel's files show them and as programs feel them. */
public class ResourceMatrixIT extends MatrixBase {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final long MIB = 1 << 20;

    public ResourceMatrixIT(Combo combo) {
        super(combo);
    }

    /** A file of the container's group: of the v1 controller if that hierarchy is mounted, else of the one v2 group. */
    private String read(String id, String controller, String v1, String v2) throws IOException {
        String path = String.valueOf(felucca.info(id).cgroupsPath()).substring(1);
        Path old = CGROUPS.resolve(controller);
        return Files.readString(
                        Files.isDirectory(old)
                                ? old.resolve(path).resolve(v1)
                                : CGROUPS.resolve(path).resolve(v2))
                .strip();
    }

    @Test
    public void limitsStandInTheKernelsFiles() throws IOException {
        String id =
                felucca.start(busybox("sleep", "1000").memory(64 * MIB).pids(33).nanoCpus(500_000_000));
        assertEquals(String.valueOf(64 * MIB), read(id, "memory", "memory.limit_in_bytes", "memory.max"));
        assertEquals("33", read(id, "pids", "pids.max", "pids.max"));
        String cpu = read(id, "cpu", "cpu.cfs_quota_us", "cpu.max");
        assertTrue(cpu, cpu.equals("50000") || cpu.equals("50000 100000"));
    }

    @Test
    public void aGroupCanLieBelowAnotherParent() throws IOException {
        // of this process alone; what a user names as a parent is the user's, and stays
        String parent = "/felucca-it-" + ProcessHandle.current().pid();
        String id = felucca.start(busybox("sleep", "1000").pids(7).cgroupParent(parent + "/inner"));
        assertTrue(String.valueOf(felucca.info(id).cgroupsPath()).startsWith(parent + "/inner/"));
        assertEquals("7", read(id, "pids", "pids.max", "pids.max"));
        felucca.remove(id, true);
        for (String group : HostState.groupsNaming(parent + "/inner")) {
            Files.delete(Path.of(group));
        }
        for (String group : HostState.groupsNaming(parent)) {
            Files.delete(Path.of(group));
        }
    }

    @Test
    public void lessThanTheKernelsMinimumIsRefused() {
        felucca.failureOf(Kind.INVALID, () -> felucca.create(busybox("true").memory(1)));
    }

    @Test
    public void anOutOfMemoryKillIsReported() throws Exception {
        String id = felucca.create(busybox("dd", "if=/dev/zero", "of=/dev/null", "bs=512M", "count=1")
                .memory(16 * MIB));
        assertEquals(137, felucca.run(id, false).code());
        assertTrue(felucca.info(id).state().oomKilled());
        String fine = felucca.create(busybox("true").memory(16 * MIB));
        assertEquals(0, felucca.run(fine, false).code());
        assertFalse(felucca.info(fine).state().oomKilled());
    }

    @Test
    public void aForkBombHurtsOnlyItself() throws Exception {
        String id = felucca.start(
                sh("bomb() { bomb | bomb & }; bomb; while :; do sleep 1; done").pids(40));
        Waiting.until("the bomb meets its limit", () -> !read(id, "pids", "pids.events", "pids.events")
                .equals("max 0"));
        assertEquals(0, felucca.run(busybox("true")).code());
        assertTrue(Integer.parseInt(read(id, "pids", "pids.current", "pids.current")) <= 40);
        felucca.kill(id, 9);
        assertEquals(137, felucca.waitFor(id));
    }
}

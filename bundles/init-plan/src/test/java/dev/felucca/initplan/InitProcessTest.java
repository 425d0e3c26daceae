package dev.felucca.initplan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.door.Barrier;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Memfds;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** felucca-init's operations on the process, its namespaces and its descriptors, as the program then sees them. */
class InitProcessTest extends InitFixture {
    private static final long MONTH = 30L * 24 * 3600;
    /** Which descriptors the shell has, found without opening one. */
    private static final String OPEN =
            "i=0; while [ $i -lt 1100 ]; do [ -L /proc/$$/fd/$i ] && o=\"$o $i\"; i=$((i+1)); done; echo $o";

    @Test
    void joinsEveryNamespaceOfAContainer() {
        Plan sleeper = plan(
                List.of(
                        new ProcessOp.Unshare(Set.of(NamespaceType.TIME)),
                        new ProcessOp.TimeOffset(ProcessOp.TimeOffset.Clock.BOOTTIME, MONTH, 0)),
                born(),
                List.of(
                        new ProcessOp.Unshare(Set.of(NamespaceType.CGROUP)),
                        new ProcessOp.Hostname("joined"),
                        new MountOp.Pivot(),
                        shell("sleep 1000")));
        try (InitDriver container = new InitDriver(sleeper, descriptors)) {
            container.run();
            List<NamespaceType> types = new ArrayList<>(EnumSet.complementOf(EnumSet.of(NamespaceType.USER)));
            types.remove(NamespaceType.MOUNT);
            types.add(NamespaceType.MOUNT);
            Slots theirs = new Slots();
            List<Fd> fds = new ArrayList<>();
            List<Op> ops = new ArrayList<>(List.of(new ProcessOp.Dumpable(false)));
            StringBuilder expected = new StringBuilder();
            for (NamespaceType type : types) {
                Fd fd = Namespaces.of(container.pid(), type);
                descriptors.add(fd);
                fds.add(fd);
                ops.add(new ProcessOp.Join(type, theirs.add(type.file())));
                expected.append(type.file())
                        .append(":[")
                        .append(Namespaces.inode(fd))
                        .append("]\n");
            }
            ops.add(new ProcessOp.Clone(Set.of(), Optional.empty()));
            // a mount in the joined namespace: the root is found anew there
            ops.add(new MountOp.MountFs("tmpfs", "tmpfs", List.of(), 0, "/tmp", Create.NOTHING, true));
            ops.add(new ProgramOp.Chdir("/", false, false));
            ops.add(shell("for t in "
                    + String.join(" ", types.stream().map(NamespaceType::file).toList())
                    + "; do readlink /proc/self/ns/$t; done; hostname; cat /proc/1/cmdline | wc -w; cat /proc/uptime"
                    + "; grep -c ' /tmp tmpfs' /proc/mounts"));
            try (InitDriver exec = new InitDriver(new Plan(ops), fds)) {
                List<String> lines = exec.output().lines().toList();
                assertEquals(expected.toString().strip(), String.join("\n", lines.subList(0, types.size())));
                assertEquals("joined", lines.get(types.size()));
                assertTrue(Double.parseDouble(lines.get(types.size() + 2).split(" ", -1)[0]) > MONTH);
                assertEquals("1", lines.get(types.size() + 3));
            }
        }
    }

    @Test
    void shiftsTheClocksOfANewTimeNamespace() {
        List<Op> before = List.of(
                new ProcessOp.Unshare(Set.of(NamespaceType.TIME)),
                new ProcessOp.TimeOffset(ProcessOp.TimeOffset.Clock.MONOTONIC, 5, 6),
                new ProcessOp.TimeOffset(ProcessOp.TimeOffset.Clock.BOOTTIME, 7 * MONTH, 999_999_999));
        try (InitDriver init = new InitDriver(
                plan(before, born(), List.of(new MountOp.Pivot(), shell("cat /proc/self/timens_offsets"))),
                descriptors)) {
            assertEquals(
                    "monotonic 5 6 boottime " + 7 * MONTH + " 999999999",
                    init.output().strip().replaceAll("\\s+", " "));
        }
    }

    @Test
    void sendsItsNamespaces() {
        List<Op> sends = new ArrayList<>();
        for (NamespaceType type : NamespaceType.values()) {
            sends.add(new ProcessOp.SendNamespace(type));
        }
        Plan plan = plan(born(), sends, List.of(new ProcessOp.AwaitBarrier(Barrier.START), shell("true")));
        try (InitDriver init = new InitDriver(plan, descriptors)) {
            init.awaitBarrier(Barrier.START);
            for (NamespaceType type : NamespaceType.values()) {
                try (Fd real = Namespaces.of(init.pid(), type)) {
                    assertEquals(Namespaces.inode(real), Namespaces.inode(init.sent(type)), type.file());
                }
            }
            try (Fd own = Namespaces.own(NamespaceType.NETWORK)) {
                assertNotEquals(Namespaces.inode(own), Namespaces.inode(init.sent(NamespaceType.NETWORK)));
            }
        }
    }

    @Test
    void setsNamesLimitsAndPriorities() {
        List<Op> ops = List.of(
                new ProcessOp.Hostname("box"),
                new ProcessOp.Domainname("example.test"),
                new ProcessOp.SessionKeyring("_ses.felucca-test"),
                new ProcessOp.Sysctl("net/ipv4/ip_unprivileged_port_start", "77"),
                new ProcessOp.OomScoreAdj(321),
                new ProcessOp.Umask(027),
                new ProcessOp.Rlimit(7, 77, 99),
                new ProcessOp.Rlimit(4, 0, -1),
                new ProcessOp.Personality(8),
                new ProcessOp.Scheduler(3, 7, 0, 0, 0, 0, 0),
                new ProcessOp.IoPriority(2 << 13 | 6));
        String script = "hostname; cat /proc/sys/kernel/domainname /proc/sys/net/ipv4/ip_unprivileged_port_start"
                + " /proc/self/oom_score_adj; umask; ulimit -n; ulimit -Hn; ulimit -c; uname -m; ionice -p $$;"
                + " grep -c _ses.felucca-test /proc/keys; cat /proc/self/stat";
        List<String> lines = container(ops, script).lines().toList();
        assertEquals(
                List.of("box", "example.test", "77", "321", "0027", "77", "99", "0"),
                lines.subList(0, 8),
                lines::toString);
        assertEquals("x86_64".equals(arch()) ? "i686" : "armv8l", lines.get(8));
        assertEquals("best-effort: prio 6", lines.get(9));
        assertEquals("1", lines.get(10));
        String[] stat = lines.get(11).split(" ", -1);
        assertEquals("7", stat[18], "nice");
        assertEquals("3", stat[40], "SCHED_BATCH");
    }

    private static String arch() {
        return System.getProperty("os.arch").replace("amd64", "x86_64");
    }

    @Test
    void theProgramHasOnlyItsStandardDescriptorsAndNoSignalIsBlocked() {
        List<Fd> inherited = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            inherited.add(Descriptors.open("/", Descriptors.O_DIRECTORY));
        }
        Op status = new ProgramOp.Exec(
                List.of("grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"), List.of(), List.of("/bin/grep"));
        try (InitDriver init =
                new InitDriver(plan(born(), List.of(new MountOp.Pivot(), status)), descriptors, inherited)) {
            assertEquals(
                    "SigBlk: 0000000000000000 SigIgn: 0000000000000000",
                    init.output().strip().replaceAll("\\s+", " "));
        }
        closeSlots();
        Plan plan = plan(born(), List.of(new MountOp.Pivot(), shell(OPEN)));
        try (InitDriver init = new InitDriver(plan, descriptors, inherited)) {
            assertEquals("0 1 2", init.output().strip());
        } finally {
            inherited.forEach(Fd::close);
        }
    }

    @Test
    void descriptorsOfSlotsBecomeStandardOnes() throws Exception {
        Path in = Files.writeString(dir.resolve("in"), "from a slot\n");
        Path out = Files.createFile(dir.resolve("out"));
        Path written = Files.createFile(dir.resolve("written"));
        List<Op> ops = List.of(
                new ProgramOp.UseFd(file(in, Descriptors.O_RDONLY), 0),
                new ProgramOp.UseFd(file(out, Descriptors.O_WRONLY), 2),
                new ProcessOp.WriteFd(file(written, Descriptors.O_WRONLY), "by init\n"));
        assertEquals("from a slot", container(ops, "cat; echo failed >&2"));
        assertEquals("failed\n", Files.readString(out));
        assertEquals("by init\n", Files.readString(written));
    }

    @Test
    void theProgramsUserOwnsItsPipes() {
        List<Op> ops = List.of(new ProgramOp.OwnStdio(1234));
        // descriptor 0 is /dev/null, which stays root's
        assertEquals(
                "1234 1234 0",
                container(ops, "stat -L -c %u /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/0")
                        .replaceAll("\\s+", " "));
    }

    @Test
    void moreSlotsThanOneMessageHolds() {
        int count = 700;
        List<Op> ops = new ArrayList<>();
        List<Op> born = born();
        for (int i = descriptors.size(); i < count; i++) {
            Slot slot = slot(Memfds.sealed("slot", ("slot " + i).getBytes(StandardCharsets.UTF_8), false));
            if (i == count - 1) {
                ops.add(new ProgramOp.UseFd(slot, 0));
            }
        }
        String script = "cat /proc/self/fd/0; echo; " + OPEN;
        Plan plan = plan(born, ops, List.of(new MountOp.Pivot(), shell(script)));
        try (InitDriver init = new InitDriver(plan, descriptors)) {
            assertEquals("slot 699 0 1 2", init.output().strip().replaceAll("\\s+", " "));
        }
    }

    @Test
    void slotsCanComeWithARelease() {
        List<Op> born = born();
        int late = descriptors.size() + 3;
        Slot slot = new Slot(late, "late");
        Plan plan = plan(
                born,
                List.of(
                        new ProcessOp.AwaitBarrier(Barrier.NETWORK_READY),
                        new ProgramOp.UseFd(slot, 0),
                        new MountOp.Pivot(),
                        shell("cat /proc/self/fd/0")));
        try (InitDriver init = new InitDriver(plan, descriptors);
                Fd file = Memfds.sealed("late", "late".getBytes(StandardCharsets.UTF_8), false)) {
            init.release(Barrier.NETWORK_READY, List.of(file), late);
            assertEquals("late", init.output());
        }
    }

    @Test
    void aSlotThatNeverCameIsNamed() {
        InitDriver.Failure failure = failing(new ProgramOp.UseFd(new Slot(900, ""), 0));
        assertEquals(Errno.EBADF, failure.errno());
        assertEquals("no descriptor came for slot 900", failure.detail());
    }

    @Test
    void failuresNameTheOperation() {
        InitDriver.Failure sysctl = failing(new ProcessOp.Sysctl("kernel/no_such_thing", "1"));
        assertEquals(Errno.ENOENT, sysctl.errno());
        assertEquals("kernel/no_such_thing", sysctl.detail());
        closeSlots();
        assertEquals(
                Errno.EINVAL,
                failing(new ProcessOp.Scheduler(77, 0, 0, 0, 0, 0, 0)).errno());
        closeSlots();
        assertEquals(
                Errno.EINVAL, failing(new ProcessOp.Hostname("x".repeat(65))).errno());
        closeSlots();
        assertEquals(Errno.EPERM, failing(new ProcessOp.NewSession()).errno());
        closeSlots();
        // of a module that is absent, or of a profile that is
        assertTrue(failing(new IdentityOp.LsmExecLabel(IdentityOp.LsmExecLabel.Lsm.APPARMOR, "felucca-no-such-profile"))
                        .errno()
                > 0);
    }
}

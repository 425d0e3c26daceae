package dev.felucca.contracts.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.Mount;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Spec;
import dev.felucca.contracts.HostMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Known ways out of a container, and exec into one. */
public abstract class ContainerSecurityContract extends BackendSuite {

    /** CVE-2019-5736: the runtime's own binary, reached through /proc/self/exe, is no file of the host that can be written. */
    @Test
    void theInitBinaryCannotBeOverwritten() {
        Container waiting = run(Specs.shell(
                "while [ ! -e /go ]; do sleep 0.02; done;" + " (echo broken > /proc/1/exe) 2>/dev/null; exit 0"));
        // A program that is a link to /proc/self/exe would run whatever executed it.
        assertNotEquals(0, run(Specs.spec("/proc/self/exe")).code());
        assertTrue(new java.io.File(root.toFile(), "go").mkdir());
        assertEquals(0, waiting.code());
        assertEquals("still works\n", output("echo still works"));
    }

    /** CVE-2024-21626: a working directory through a descriptor that leads to the host. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7, 8, 9, 10, 12})
    void aWorkingDirectoryThroughADescriptorIsRefused(int number) throws IOException {
        Process p = Specs.process("/bin/sh", "-c", "pwd; ls ../../../../etc/shadow")
                .cwd("/proc/self/fd/" + number)
                .build();
        assertThrows(EngineException.class, () -> {
            Container c = create(Specs.spec(p));
            backend().start(c.id);
        });
        Files.createSymbolicLink(root.resolve("work" + number), Path.of("/proc/self/fd/" + number));
        Process linked = p.toBuilder().cwd("/work" + number).build();
        assertThrows(EngineException.class, () -> {
            Container c = create(Specs.spec(linked));
            backend().start(c.id);
        });
    }

    /** CVE-2025-31133: the image tries to have something else than the null device bound on masked paths. */
    @Test
    void aNullDeviceOfTheImageMasksNothing() throws IOException {
        Files.createSymbolicLink(root.resolve("dev/null"), Path.of("/proc/sys/kernel/core_pattern"));
        String hosts = Files.readString(Path.of("/proc/sys/kernel/core_pattern"));
        assertEquals("0\ncharacter special file\n", output("wc -c < /proc/keys; stat -c %F /dev/null"));
        assertEquals(hosts, Files.readString(Path.of("/proc/sys/kernel/core_pattern")));
        // Without a /dev of its own, the image's link would be used: refused, or harmless.
        Spec bare = Specs.shell("(echo x > /proc/sys/kernel/core_pattern) 2>/dev/null; exit 0")
                .withMounts(List.of(Mount.of("/proc", "proc", "proc", "nosuid", "noexec", "nodev")));
        try {
            run(bare).code();
        } catch (EngineException refused) {
            assertFalse(refused.message().isEmpty());
        }
        assertEquals(hosts, Files.readString(Path.of("/proc/sys/kernel/core_pattern")));
    }

    /** CVE-2025-52565: /dev/console and /dev/pts of the image as links. */
    @ParameterizedTest
    @ValueSource(strings = {"dev/console", "dev/pts", "dev/ptmx"})
    void linksInDevDoNotLeadTheTerminal(String path) throws IOException {
        Files.createSymbolicLink(root.resolve(path), Path.of("/proc/sys/kernel/core_pattern"));
        String hosts = Files.readString(Path.of("/proc/sys/kernel/core_pattern"));
        Process p = Specs.process("tty").terminal(true).build();
        Container c = run(Specs.spec(p));
        assertEquals(0, c.code());
        assertEquals("/dev/pts/0\r\n", c.capture.out());
        assertEquals(hosts, Files.readString(Path.of("/proc/sys/kernel/core_pattern")));
    }

    /** CVE-2025-52881 and mount targets through links: nothing of the host is touched, whatever the image has there. */
    @ParameterizedTest
    @ValueSource(strings = {"proc", "dev", "sys", "etc"})
    void linksAsMountTargetsNeverTouchTheHost(String name) throws IOException {
        Path outside = Files.createTempDirectory("felucca-outside");
        FileTime time = Files.getLastModifiedTime(outside);
        try {
            Path at = root.resolve(name);
            if (Files.isDirectory(at)) {
                try (var files = Files.list(at)) {
                    for (Path f : files.toList()) {
                        Files.delete(f);
                    }
                }
                Files.delete(at);
            }
            Files.createSymbolicLink(at, Path.of("/../../../" + outside));
            var mounts = HostMounts.of(outside);
            Spec spec = Specs.plus(
                    Specs.shell("echo x > /proc/self/attr/exec 2>/dev/null; exit 0"),
                    Mount.bind("/etc/hostname", "/etc/hostname", List.of("rbind")));
            try {
                run(spec).code();
            } catch (EngineException refused) {
                assertFalse(refused.message().isEmpty());
            }
            assertEquals(mounts, HostMounts.of(outside));
            assertEquals(time, Files.getLastModifiedTime(outside));
            try (var files = Files.list(outside)) {
                assertEquals(List.of(), files.toList());
            }
        } finally {
            Files.delete(outside);
        }
    }

    /** CVE-2025-52881: what init writes to procfs goes to procfs, also if the image mounts something over it. */
    @Test
    void aFakeProcIsRefused() throws IOException {
        Spec spec = Specs.spec("true").withMounts(List.of(Mount.of("/proc", "tmpfs", "tmpfs")));
        Spec asks = spec.withLinux(Specs.linux()
                .sysctl(java.util.Map.of("net.ipv4.ip_forward", "1"))
                .build());
        Held before = held();
        assertThrows(EngineException.class, () -> create(asks));
        assertHeld(before);
    }

    /** CVE-2026-41579 and CVE-2026-47766: a volume as /dev, with links in place of what is made there. */
    @ParameterizedTest
    @ValueSource(strings = {"null", "zero", "console", "pts", "ptmx", "shm", "mqueue", "fd", "stdin", "core"})
    void linksInAMountedDevNeverTouchTheHost(String name) throws IOException {
        Path outside = Files.createTempDirectory("felucca-outside");
        Path volume = Files.createTempDirectory("felucca-volume");
        try {
            Files.createDirectory(volume.resolve("pts"));
            Files.deleteIfExists(volume.resolve(name));
            Files.createSymbolicLink(volume.resolve(name), Path.of("/../../../proc/1/root" + outside + "/made"));
            var mounts = HostMounts.of(outside);
            List<Mount> changed = Specs.shell("").mounts().stream()
                    .map(m -> m.destination().equals("/dev")
                            ? Mount.bind(volume.toString(), "/dev", List.of("rbind"))
                            : m)
                    .toList();
            for (boolean terminal : new boolean[] {false, true}) {
                try {
                    run(Specs.spec(Specs.process("/bin/sh", "-c", "echo x >/dev/" + name)
                                            .terminal(terminal)
                                            .build())
                                    .withMounts(changed))
                            .code();
                } catch (EngineException refused) {
                    assertFalse(refused.message().isEmpty());
                }
            }
            assertEquals(mounts, HostMounts.of(outside));
            try (var files = Files.list(outside)) {
                assertEquals(List.of(), files.toList());
            }
        } finally {
            Files.delete(outside);
            try (var files = Files.walk(volume)) {
                for (Path p : files.sorted((a, b) -> b.compareTo(a)).toList()) Files.delete(p);
            }
        }
    }

    /** CVE-2020-15257: no process of the engine's has an abstract socket, which all of the host's network could connect to. */
    @Test
    void nothingListensOnAnAbstractSocket() throws IOException {
        run(Specs.shell("sleep 1000"));
        Set<String> abstracts;
        try (var sockets = Files.lines(Path.of("/proc/net/unix"))) {
            abstracts = sockets.map(l -> l.split(" +"))
                    .filter(f -> f.length > 7 && f[7].startsWith("@"))
                    .map(f -> "socket:[" + f[6] + "]")
                    .collect(Collectors.toSet());
        }
        List<String> processes = new ArrayList<>(List.of("self"));
        try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path p : all)
                if (link(p.resolve("exe")).contains("felucca-"))
                    processes.add(p.getFileName().toString());
        }
        for (String process : processes) {
            try (var fds = Files.newDirectoryStream(Path.of("/proc", process, "fd"))) {
                for (Path fd : fds) assertFalse(abstracts.contains(link(fd)), process + " has " + fd);
            } catch (NoSuchFileException gone) {
                assertNotEquals("self", process);
            }
        }
    }

    private static String link(Path at) {
        try {
            return Files.readSymbolicLink(at).toString();
        } catch (IOException gone) {
            return ""; // a process that has ended, a kernel thread, a descriptor that was closed
        }
    }

    @Test
    void execSharesAllNamespacesAndHasItsOwnExitCode() {
        Spec spec = Specs.shell("sleep 1000");
        Container c = run(spec);
        Exec e = new Exec(
                c,
                spec,
                Specs.process(
                                "/bin/sh",
                                "-c",
                                "for n in mnt net ipc uts pid cgroup; do"
                                        + " [ $(readlink /proc/1/ns/$n) = $(readlink /proc/self/ns/$n) ] || echo $n; done;"
                                        + " grep CapEff /proc/self/status; exit 9")
                        .build());
        assertEquals(9, e.code());
        assertEquals("CapEff:\t" + Specs.CAPABILITY_MASK + "\n", e.capture.out());
        assertFalse(c.exit.isDone());
    }

    @Test
    void anExecThatCannotBeExecuted() {
        Spec spec = Specs.shell("sleep 1000");
        Container c = run(spec);
        var failure = assertThrows(
                dev.felucca.api.exec.ExecFailedException.class,
                () -> new Exec(c, spec, Specs.process("nosuch").build()));
        assertEquals(127, failure.exitCode());
        assertTrue(failure.message().contains("executable file not found in $PATH"), failure.message());
    }

    @Test
    void anExecIsEndedBySignalAndWithItsContainer() {
        Spec spec = Specs.shell("sleep 1000");
        Container c = run(spec);
        Exec signalled = new Exec(c, spec, Specs.process("sleep", "1000").build());
        backend().signalExec(signalled.id, 15);
        assertEquals(143, signalled.code());
        Exec left = new Exec(c, spec, Specs.process("sleep", "1000").build());
        backend().signal(c.id, 9);
        assertEquals(137, c.code());
        assertEquals(137, left.code());
    }

    /** CVE-2016-9962: a process that joins cannot be looked into before it is the program. */
    @Test
    void whoJoinsCannotBeTraced() {
        String watch = "while :; do for p in /proc/[0-9]*; do [ $p = /proc/1 ] || [ $p = /proc/$$ ] || "
                + "case \"$(readlink $p/exe 2>/dev/null)\" in *memfd*|*felucca*) echo LEAK $(ls $p/fd);; esac;"
                + " done; done";
        Spec spec = Specs.shell(watch);
        Container c = run(spec);
        for (int i = 0; i < 20; i++) {
            assertEquals(0, new Exec(c, spec, Specs.process("true").build()).code());
        }
        backend().signal(c.id, 9);
        c.code();
        assertFalse(c.capture.out().contains("LEAK"), c.capture.out());
    }
}

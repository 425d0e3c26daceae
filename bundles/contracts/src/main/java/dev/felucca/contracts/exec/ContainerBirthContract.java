package dev.felucca.contracts.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.exec.Birth;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.Box;
import dev.felucca.api.spec.LinuxSeccomp;
import dev.felucca.api.spec.LinuxSyscall;
import dev.felucca.api.spec.SeccompAction;
import dev.felucca.api.spec.Spec;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.door.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Births that go wrong, control groups, other roots, and what is to be seen of the engine's own state. */
public abstract class ContainerBirthContract extends BackendSuite {
    private static final int SIGSTOP = 19;
    private static final Path FREEZER = Path.of("/sys/fs/cgroup/freezer");
    private static final String CALLS =
            """
            #include <errno.h>
            #include <stdio.h>
            #include <sys/syscall.h>
            #include <unistd.h>
            static int call(long number) { return syscall(number, 0, 0, 0) < 0 ? errno : 0; }
            int main(void) { printf("%d %d\\n", call(999), call(SYS_sync)); return 0; }
            """;

    private Path upper = Path.of("/");
    private boolean overlay;

    @Override
    protected MountSpec rootfs() {
        return overlay
                ? new MountSpec(
                        "overlay",
                        "overlay",
                        List.of(
                                new MountSpec.Option("lowerdir+", root.toString()),
                                new MountSpec.Option(
                                        "upperdir", upper.resolve("upper").toString()),
                                new MountSpec.Option(
                                        "workdir", upper.resolve("work").toString())),
                        false)
                : super.rootfs();
    }

    @Test
    void anInitThatEndsBeforeItsStartIsToldAtOnce() {
        Container c = create(Specs.spec("true"));
        Processes.kill(c.process.pid(), Processes.SIGKILL);
        assertEquals(137, status(c.exit).code());
        EngineException e = assertThrows(EngineException.class, () -> backend().start(c.id));
        assertEquals(EngineException.Kind.CONFLICT, e.kind(), e.message());
        assertTrue(e.message().contains("ended before it was started"), e.message());
    }

    @Test
    void aHungBirthIsNamedAndEnded() throws IOException {
        Held before = held();
        AtomicInteger init = new AtomicInteger();
        EngineException e = late(new Birth() {
            @Override
            public void place(int pid) {}

            @Override
            public void placed(int pid) {
                init.set(pid);
                Processes.kill(pid, SIGSTOP);
            }
        });
        assertTrue(e.message().contains("pivot into the root"), e.message());
        assertTrue(e.message().contains("in state T"), e.message());
        assertEquals(0, e.getSuppressed().length);
        assertFalse(Files.exists(Path.of("/proc/" + init)));
        assertHeld(before);
    }

    /** A process that SIGKILL does not end, as one that waits for a dead disk: a frozen one of cgroup v1. */
    @Test
    void aBirthThatCannotBeKilledDoesNotHoldTheEngine() throws IOException {
        assumeTrue(Files.isDirectory(FREEZER), "needs the freezer of cgroup v1");
        Held before = held();
        Path group = Files.createDirectory(FREEZER.resolve("felucca-frozen-" + UUID.randomUUID()));
        AtomicInteger init = new AtomicInteger();
        long start = System.nanoTime();
        try {
            EngineException e = late(new Birth() {
                @Override
                public void place(int pid) {
                    init.set(pid);
                    write(group.resolve("cgroup.procs"), "" + pid);
                    write(group.resolve("freezer.state"), "FROZEN");
                }

                @Override
                public void placed(int pid) {}
            });
            assertTrue(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) < 15, "it gives up");
            assertEquals(1, e.getSuppressed().length);
            assertTrue(String.valueOf(e.getSuppressed()[0].getMessage()).contains("does not end"));
            assertTrue(Files.exists(Path.of("/proc/" + init)));
        } finally {
            write(group.resolve("freezer.state"), "THAWED");
            ControlGroups.remove(group);
        }
        assertHeld(before);
        assertFalse(Files.exists(Path.of("/proc/" + init)), "reaped when it ended");
    }

    private EngineException late(Birth birth) {
        EngineException e = assertThrows(EngineException.class, () -> backend()
                .create(request(
                        "late",
                        Specs.spec("true"),
                        new UserRequest("", List.of()),
                        false,
                        List.of(),
                        birth,
                        s -> {},
                        Duration.ofSeconds(1))));
        assertEquals(EngineException.Kind.UNAVAILABLE, e.kind(), e.message());
        assertTrue(e.message().contains("deadline"), e.message());
        return e;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void initAndExecWriteThemselvesIntoTheirControlGroups() throws IOException {
        try (ControlGroups groups = new ControlGroups()) {
            Spec spec = Specs.shell("cut -d: -f3 /proc/self/cgroup | sort -u; exec sleep 1000");
            Container c = new Container(spec, new UserRequest("", List.of()), false, groups.procs());
            List<String> paths = ControlGroups.of(c.process.pid());
            assertEquals(groups.procs().size(), paths.size());
            assertTrue(paths.stream().allMatch(p -> p.equals("/" + groups.name)), paths.toString());
            c.start();
            c.capture.await("/\n");
            Exec e = new Exec(c, spec, Specs.process("sleep", "1000").build(), groups.procs());
            assertEquals(paths, ControlGroups.of(e.process.pid()));
            backend().delete(c.id);
            assertEquals("/\n", c.out(), "its own view begins at its group");
            assertEquals(137, e.code());
        }
    }

    @Test
    void anOverlayIsARoot(@TempDir Path dir) throws IOException {
        overlay = true;
        upper = dir;
        Files.createDirectory(dir.resolve("upper"));
        Files.createDirectory(dir.resolve("work"));
        assertEquals("root:x:0:\n", output("head -n1 /etc/group; echo new > /new; rm /etc/group"));
        assertEquals("new\n", Files.readString(dir.resolve("upper/new")));
        assertFalse(Files.exists(root.resolve("new")));
        assertTrue(Files.exists(root.resolve("etc/group")));
    }

    @Test
    void anExecWithATerminalOfTheContainersOwn() {
        Spec spec = Specs.shell("sleep 1000");
        Container c = run(spec);
        Exec e = new Exec(
                c,
                spec,
                Specs.process("/bin/sh", "-c", "tty; stty size; exit 5")
                        .terminal(true)
                        .consoleSize(new Box(12, 34))
                        .build());
        assertEquals(5, e.code());
        assertEquals("/dev/pts/0\r\n12 34\r\n", e.capture.out());
    }

    /** glibc and others try newer calls first and go back to older ones on ENOSYS only. */
    @Test
    void aCallThatTheProfileDoesNotKnowIsENOSYS() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/musl-gcc")), "needs musl-gcc (package musl-tools)");
        Path source = Files.writeString(root.resolve("calls.c"), CALLS);
        int compiled = new ProcessBuilder("musl-gcc", "-static", "-o", root.resolve("calls") + "", source + "")
                .inheritIO()
                .start()
                .waitFor();
        assertEquals(0, compiled);
        List<String> allowed = List.of(
                "execve",
                "arch_prctl",
                "set_tid_address",
                "ioctl",
                "write",
                "writev",
                "exit_group",
                "brk",
                "mmap",
                "setgroups",
                "setresgid",
                "setresuid",
                "setgid",
                "setuid",
                "prctl",
                "capset",
                "capget",
                "chdir",
                "fchdir",
                "getcwd",
                "close",
                "close_range",
                "sendto",
                "sendmsg",
                "poll",
                "ppoll",
                "clock_gettime",
                "openat",
                "openat2",
                "newfstatat",
                "fstat",
                "fcntl",
                "execveat");
        LinuxSeccomp filter = new LinuxSeccomp(
                SeccompAction.ERRNO,
                1,
                List.of(),
                List.of(),
                null,
                null,
                List.of(new LinuxSyscall(allowed, SeccompAction.ALLOW, null, List.of())));
        Spec spec = Specs.spec("/calls").withLinux(Specs.linux().seccomp(filter).build());
        assertEquals("38 1\n", run(spec).out(), "unknown: ENOSYS, known and forbidden: EPERM");
    }

    /** The JVM has raised its limit of descriptors; all others are as the host gave them. */
    @Test
    void limitsAreTheHosts() throws IOException {
        String soft = System.getenv("FELUCCA_NOFILE_SOFT");
        String expected = Files.readString(Path.of("/proc/self/limits"))
                .replaceAll("(?m)^(Max open files +)\\d+ ", "$1" + (soft == null ? "1024" : soft) + " ")
                .replaceAll(" +", " ");
        assertEquals(expected, output("cat /proc/self/limits").replaceAll(" +", " "));
    }
}

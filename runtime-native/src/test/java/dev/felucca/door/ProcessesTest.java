package dev.felucca.door;

import static dev.felucca.door.KernelAssert.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessesTest {
    private static Spawn sh(String script) {
        return Spawn.of("/bin/sh", List.of("sh", "-c", script));
    }

    @Test
    void exitCodesAndSignals() {
        ExitStatus seven = Processes.wait(sh("exit 7").start());
        assertEquals(7, seven.exitCode());
        assertEquals(0, seven.signal());
        assertTrue(seven.maxRssKib() > 0);
        int pid = sh("kill -TERM $$").start();
        ExitStatus term = Processes.wait(pid);
        assertEquals(pid, term.pid());
        assertEquals(-1, term.exitCode());
        assertEquals(Processes.SIGTERM, term.signal());
        assertEquals(143, term.code());
        assertFalse(term.coreDumped());
        fails(Errno.ECHILD, "waitid", "pid " + pid, () -> Processes.wait(pid));
    }

    @Test
    void pidfdSignalsAndReapsOnce() {
        int pid = Spawn.of("/bin/sleep", List.of("sleep", "600")).start();
        try (Fd fd = Processes.pidfdOpen(pid);
                Epoll epoll = new Epoll(4)) {
            assertEquals(Optional.empty(), Processes.poll(fd));
            assertEquals(Optional.empty(), Processes.poll(pid));
            assertTrue(Processes.startTime(pid) > 0);
            epoll.add(fd, Epoll.EPOLLIN, 0x1234_5678_9abcL);
            assertEquals(0, epoll.await(0));
            Processes.sendSignal(fd, Processes.SIGKILL);
            assertEquals(1, epoll.await(10_000));
            assertEquals(0x1234_5678_9abcL, epoll.key(0));
            assertEquals(Epoll.EPOLLIN, epoll.ready(0) & Epoll.EPOLLIN);
            assertEquals(9, Processes.poll(fd).orElseThrow().signal());
            fails(Errno.ESRCH, "pidfd_send_signal 9", "pidfd of " + pid, () -> Processes.sendSignal(fd, 9));
            fails(Errno.ECHILD, "waitid", "pidfd of " + pid, () -> Processes.poll(fd));
            fails(Errno.ESRCH, "kill 0", "pid " + pid, () -> Processes.kill(pid, 0));
        }
        fails(Errno.ENOENT, "openat", "/proc/" + pid + "/stat", () -> Processes.startTime(pid));
    }

    @Test
    void childGetsExactlyWhatItIsGiven() {
        try (var p = Descriptors.pipe(0);
                Fd a = Memfds.sealed("a", "A".getBytes(StandardCharsets.UTF_8), false);
                Fd b = Memfds.sealed("b", "B".getBytes(StandardCharsets.UTF_8), false)) {
            // Each under the other's number: a naive sequence of dup2 would give the same file twice.
            String script = "cat /proc/self/fd/" + a.number() + " /proc/self/fd/" + b.number()
                    + "; env | sort; grep -E 'Sig(Blk|Ign)' /proc/self/status";
            int pid = Spawn.of("/bin/bash", List.of("sh", "-c", script))
                    .env("X", "1 2")
                    .env("PATH", "/bin:/usr/bin")
                    .fd(a.number(), b)
                    .fd(b.number(), a)
                    .fd(1, p.writer())
                    .start();
            p.writer().close();
            String out = new String(Descriptors.readAll(p.reader(), 10000), StandardCharsets.UTF_8);
            assertEquals(0, Processes.wait(pid).code(), out);
            assertTrue(out.startsWith("BA"), out);
            assertTrue(out.contains("X=1 2\n") && !out.contains("HOME="), out);
            assertTrue(out.contains("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000"), out);
        }
    }

    @Test
    void closeFromLeavesNothingElseOpen() {
        try (var p = Descriptors.pipe(0);
                Fd leak = Memfds.create("leak", false)) {
            Descriptors.setCloseOnExec(leak, false);
            int pid = Spawn.of("/bin/ls", List.of("ls", "/proc/self/fd"))
                    .fd(1, p.writer())
                    .closeFrom(3)
                    .start();
            p.writer().close();
            String out = new String(Descriptors.readAll(p.reader(), 10000), StandardCharsets.UTF_8);
            Processes.wait(pid);
            assertEquals(List.of("0", "1", "2", "3"), List.of(out.strip().split("\\s+")), "3 is ls's own");
        }
    }

    @Test
    void programThatIsNotThere() {
        fails(Errno.ENOENT, "posix_spawn", "/none/such", () -> Spawn.of("/none/such", List.of("x"))
                .start());
        fails(Errno.EACCES, "posix_spawn", "/etc/passwd", () -> Spawn.of("/etc/passwd", List.of("x"))
                .start());
    }

    @Test
    void limitsAndFacts() {
        int pid = Spawn.of("/bin/sleep", List.of("sleep", "600")).start();
        try {
            Processes.setLimit(pid, Processes.RLIMIT_NOFILE, new Processes.Limit(17, 18));
            assertEquals(new Processes.Limit(17, 18), Processes.limit(pid, Processes.RLIMIT_NOFILE));
            Processes.setLimit(pid, Processes.RLIMIT_CORE, new Processes.Limit(0, Processes.UNLIMITED));
            assertEquals(
                    Processes.UNLIMITED,
                    Processes.limit(pid, Processes.RLIMIT_CORE).hard());
            fails(
                    Errno.EINVAL,
                    "prlimit",
                    "pid " + pid,
                    () -> Processes.setLimit(pid, Processes.RLIMIT_NOFILE, new Processes.Limit(20, 18)));
        } finally {
            Processes.kill(pid, Processes.SIGKILL);
            Processes.wait(pid);
        }
        assertEquals(ProcessHandle.current().pid(), Processes.getpid());
        assertEquals(Runtime.getRuntime().availableProcessors(), Processes.cpuCount(0));
        assertEquals(36, Processes.bootId().length());
        assertEquals(1, Processes.prctl(Processes.PR_GET_DUMPABLE, 0, 0, 0, 0));
        fails(Errno.EINVAL, "prctl", "option 9999", () -> Processes.prctl(9999, 0, 0, 0, 0));
    }
}

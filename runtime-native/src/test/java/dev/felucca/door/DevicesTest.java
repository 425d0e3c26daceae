package dev.felucca.door;

import static dev.felucca.door.KernelAssert.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.KernelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Terminals, inotify, keyrings and bpf. */
class DevicesTest {
    @TempDir
    Path dir;

    @Test
    void ptyCarriesBytesAndItsSize() {
        try (var pty = Ptys.open(new Ptys.Size(33, 77))) {
            assertEquals(new Ptys.Size(33, 77), Ptys.size(pty.terminal()));
            Ptys.resize(pty.master(), new Ptys.Size(5, 6));
            assertEquals(new Ptys.Size(5, 6), Ptys.size(pty.terminal()));
            assertTrue(Ptys.isTerminal(pty.terminal()));
            assertTrue(Files.exists(Path.of("/dev/pts/" + pty.number())));
            Descriptors.writeAll(pty.terminal(), "a\n".getBytes(StandardCharsets.UTF_8));
            byte[] in = new byte[10];
            assertEquals("a\r\n", new String(in, 0, Descriptors.read(pty.master(), in), StandardCharsets.UTF_8));
            var before = Ptys.makeRaw(pty.terminal());
            Descriptors.writeAll(pty.terminal(), "b\n".getBytes(StandardCharsets.UTF_8));
            assertEquals("b\n", new String(in, 0, Descriptors.read(pty.master(), in), StandardCharsets.UTF_8));
            Ptys.restore(pty.terminal(), before);
            pty.terminal().close();
            fails(Errno.EIO, "read", "/dev/ptmx", () -> Descriptors.read(pty.master(), in));
        }
        try (var p = Descriptors.pipe(0)) {
            assertFalse(Ptys.isTerminal(p.reader()));
            fails(Errno.ENOTTY, "ioctl TIOCGWINSZ", "pipe, reading end", () -> Ptys.size(p.reader()));
        }
    }

    @Test
    void inotifyTellsNames() throws Exception {
        try (Inotify i = new Inotify();
                Epoll e = new Epoll(1)) {
            int watch = i.add(dir.toString(), Inotify.IN_CREATE);
            assertEquals(List.of(), i.read());
            e.add(i.fd(), Epoll.EPOLLIN, 1);
            Files.createFile(dir.resolve("new"));
            assertEquals(1, e.await(5000));
            assertEquals(List.of(new Inotify.Event(watch, Inotify.IN_CREATE, "new")), i.read());
            i.remove(watch);
            fails(Errno.ENOENT, "inotify_add_watch", "/none", () -> i.add("/none", 1));
        }
    }

    @Test
    void sessionKeyringIsNew() {
        int first = Namespaces.inThread("keyring", () -> Keyrings.joinSession(null));
        int second = Namespaces.inThread("keyring", () -> Keyrings.joinSession(null));
        assertTrue(first != second);
    }

    private static byte[] instructions(long... words) {
        ByteBuffer b = ByteBuffer.allocate(words.length * 8).order(ByteOrder.nativeOrder());
        for (long w : words) {
            b.putLong(w);
        }
        return b.array();
    }

    @Test
    void deviceProgramClosesAGroup() throws Exception {
        Path tree = Path.of("/sys/fs/cgroup/unified");
        Assumptions.assumeTrue(
                Files.exists(tree) && StatFs.of(tree.toString()).type() == StatFs.CGROUP2, "no hybrid v2 tree");
        // r0 = 0; exit: every access is refused. r0 = 1; exit: every access is granted.
        byte[] deny = instructions(0x00000000_000000b7L, 0x95L);
        byte[] allow = instructions(0x00000001_000000b7L, 0x95L);
        Path group = Files.createDirectory(tree.resolve("felucca-door-test-" + Processes.getpid()));
        try (Fd cgroup = Descriptors.open(group.toString(), Descriptors.O_RDONLY | Descriptors.O_DIRECTORY);
                Fd closed = Bpf.loadDeviceProgram(deny);
                Fd open = Bpf.loadDeviceProgram(allow)) {
            assertEquals(List.of(), Bpf.query(cgroup));
            Bpf.attach(closed, cgroup, Bpf.BPF_F_ALLOW_MULTI);
            assertEquals(1, Bpf.query(cgroup).size());
            Bpf.programById(Bpf.query(cgroup).get(0)).close();
            assertEquals(1, openNullInside(group));
            Bpf.replace(open, closed, cgroup);
            assertEquals(0, openNullInside(group));
            Bpf.detach(open, cgroup);
            assertEquals(List.of(), Bpf.query(cgroup));
            fails(Errno.ENOENT, "bpf detach", group.toString(), () -> Bpf.detach(open, cgroup));
        } finally {
            Files.delete(group);
        }
        KernelException e = fails(
                Errno.EACCES, "bpf load", "cgroup device program", () -> Bpf.loadDeviceProgram(instructions(0x95L)));
        assertTrue(e.message().contains("verifier says"), e.message());
    }

    private static int openNullInside(Path group) {
        int pid = Spawn.of(
                        "/bin/sh",
                        List.of(
                                "sh",
                                "-c",
                                "echo 0 > " + group + "/cgroup.procs; exec 2>&-; (: < /dev/null) || exit 1"))
                .start();
        return Processes.wait(pid).code();
    }
}

package dev.felucca.door;

import static dev.felucca.door.KernelAssert.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorsTest {
    @TempDir
    Path dir;

    private Fd create(String name) {
        return Descriptors.open(dir.resolve(name).toString(), Descriptors.O_RDWR | Descriptors.O_CREAT, 0600);
    }

    @Test
    void writesAndReadsHeapAndDirectBuffers() throws Exception {
        byte[] big = new byte[200_000];
        for (int i = 0; i < big.length; i++) {
            big[i] = (byte) (i * 31);
        }
        try (Fd fd = create("f")) {
            Descriptors.writeAll(fd, big);
            assertArrayEquals(big, Files.readAllBytes(dir.resolve("f")));
            ByteBuffer direct = ByteBuffer.allocateDirect(big.length);
            direct.position(10);
            assertEquals(big.length - 10, Descriptors.pread(fd, direct, 5));
            assertEquals(big[5], direct.get(10));
            assertEquals(0, Descriptors.read(fd, new byte[8]), "the position is at the end");
            Descriptors.pwrite(fd, ByteBuffer.wrap("xyz".getBytes(StandardCharsets.UTF_8)), 3);
            Descriptors.truncate(fd, 6);
            Descriptors.fsync(fd);
            Descriptors.fdatasync(fd);
            Descriptors.syncfs(fd);
        }
        byte[] short6 = Files.readAllBytes(dir.resolve("f"));
        assertEquals("xyz", new String(short6, 3, 3, StandardCharsets.UTF_8));
    }

    @Test
    void failureNamesCallPathAndErrno() {
        String missing = dir.resolve("none/such").toString();
        var e = fails(Errno.ENOENT, "openat", missing, () -> Descriptors.open(missing, Descriptors.O_RDONLY));
        assertEquals("openat " + missing + ": ENOENT: No such file or directory", e.message());
        assertEquals(EngineException.Kind.KERNEL, e.kind());
        try (Fd d = Descriptors.open(dir.toString(), Descriptors.O_PATH)) {
            fails(Errno.EBADF, "read", dir.toString(), () -> Descriptors.read(d, new byte[1]));
            fails(Errno.ENOENT, "openat", dir + "/x", () -> Descriptors.openat(d, "x", 0, 0));
        }
        assertThrows(EngineException.class, () -> Descriptors.open("a\0b", 0));
    }

    @Test
    void openat2StaysInItsRoot() throws Exception {
        Files.createDirectories(dir.resolve("root/etc"));
        Files.writeString(dir.resolve("root/etc/target"), "inside");
        Files.createSymbolicLink(dir.resolve("root/link"), Path.of("/etc/target"));
        Files.createSymbolicLink(dir.resolve("root/up"), Path.of("../../../../felucca-none"));
        try (Fd root = Descriptors.open(dir.resolve("root").toString(), Descriptors.O_PATH)) {
            try (Fd in = Descriptors.openat2(root, "link", 0, 0, Descriptors.RESOLVE_IN_ROOT)) {
                assertEquals("inside", new String(Descriptors.readAll(in, 100), StandardCharsets.UTF_8));
            }
            fails(
                    Errno.ENOENT,
                    "openat2",
                    root.description() + "/up",
                    () -> Descriptors.openat2(root, "up", 0, 0, Descriptors.RESOLVE_IN_ROOT));
            fails(
                    Errno.EXDEV,
                    "openat2",
                    root.description() + "/up",
                    () -> Descriptors.openat2(root, "up", 0, 0, Descriptors.RESOLVE_BENEATH));
            fails(
                    Errno.ELOOP,
                    "openat2",
                    root.description() + "/link",
                    () -> Descriptors.openat2(root, "link", 0, 0, Descriptors.RESOLVE_NO_SYMLINKS));
        }
    }

    @Test
    void namesThatAreNotUtf8SurviveBothWays() throws Exception {
        String odd = "a\uDCFF\uDC80é😀";
        try (Fd d = Descriptors.open(dir.toString(), Descriptors.O_PATH)) {
            Nodes.symlinkat(odd, d, odd);
            assertEquals(odd, Nodes.readlinkat(d, odd));
            Nodes.unlinkat(d, odd, 0);
        }
        assertThrows(EngineException.class, () -> Descriptors.open("x\uD800", 0));
    }

    private static Path target(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link);
        } catch (NoSuchFileException none) {
            return link;
        }
    }

    @Test
    void closeIsIdempotentAndUseAfterItIsSaid() throws IOException {
        Fd fd = create("c");
        Path file = Files.readSymbolicLink(Path.of(fd.procPath()));
        Path entry = Path.of("/proc/self/fd/" + fd.number());
        fd.close();
        fd.close();
        assertFalse(fd.isOpen());
        // another thread of the JVM may have got the number since
        assertNotEquals(file, target(entry));
        EngineException e = assertThrows(EngineException.class, fd::number);
        assertTrue(e.message().contains("after its close"), e.message());
        Fd again = create("c");
        Fd copy = again.dup();
        Fd stolen = Fd.own(again.release(), "stolen");
        assertFalse(again.isOpen());
        assertTrue(Stat.of(copy).sameFile(Stat.of(stolen)));
        assertEquals("/proc/self/fd/" + stolen.number(), stolen.procPath());
        copy.close();
        stolen.close();
    }

    @Test
    void pipeAndFlags() {
        try (var p = Descriptors.pipe(Descriptors.O_NONBLOCK)) {
            fails(Errno.EAGAIN, "read", "pipe, reading end", () -> Descriptors.read(p.reader(), new byte[1]));
            Descriptors.setNonblocking(p.reader(), false);
            assertEquals(0, Descriptors.statusFlags(p.reader()) & Descriptors.O_NONBLOCK);
            assertEquals(1, Descriptors.descriptorFlags(p.reader()));
            Descriptors.setCloseOnExec(p.reader(), false);
            assertEquals(0, Descriptors.descriptorFlags(p.reader()));
            assertEquals(1 << 17, Descriptors.setPipeSize(p.writer(), 1 << 17));
            assertEquals(1 << 17, Descriptors.pipeSize(p.reader()));
            Descriptors.writeAll(p.writer(), new byte[] {7});
            byte[] one = new byte[1];
            assertEquals(1, Descriptors.read(p.reader(), one));
            assertEquals(7, one[0]);
            p.reader().close();
            fails(Errno.EPIPE, "write", "pipe, writing end", () -> Descriptors.write(p.writer(), one));
        }
    }

    @Test
    void eventfdCounts() {
        try (Fd e = Descriptors.eventfd(2, Descriptors.O_NONBLOCK)) {
            byte[] count = new byte[8];
            Descriptors.read(e, count);
            assertEquals(
                    2,
                    ByteBuffer.wrap(count)
                            .order(java.nio.ByteOrder.nativeOrder())
                            .getLong());
        }
    }

    @Test
    void flockExcludesAnotherDescription() {
        try (Fd a = create("lock");
                Fd b = create("lock")) {
            assertTrue(Descriptors.tryFlock(a, Descriptors.LOCK_EX));
            assertFalse(Descriptors.tryFlock(b, Descriptors.LOCK_EX));
            Descriptors.flock(a, Descriptors.LOCK_UN);
            assertTrue(Descriptors.tryFlock(b, Descriptors.LOCK_SH));
        }
    }

    @Test
    void closeRangeClosesOwnNumbers() throws IOException {
        Fd fd = create("r");
        Path file = Files.readSymbolicLink(Path.of(fd.procPath()));
        int n = fd.release();
        Descriptors.closeRange(n, n);
        // another thread of the JVM may have got the number since
        assertNotEquals(file, target(Path.of("/proc/self/fd/" + n)));
    }

    @Test
    void memfdIsSealed() {
        byte[] content = "hello".getBytes(StandardCharsets.UTF_8);
        try (Fd m = Memfds.sealed("greeting", content, true)) {
            assertEquals(Memfds.ALL_SEALS, Memfds.seals(m) & Memfds.ALL_SEALS);
            fails(Errno.EPERM, "pwrite", "memfd:greeting", () -> Descriptors.pwrite(m, ByteBuffer.wrap(content), 0));
            try (Fd again = Descriptors.open(m.procPath(), Descriptors.O_RDONLY)) {
                assertArrayEquals(content, Descriptors.readAll(again, 100));
            }
        }
    }

    @Test
    void controlFileFailureNamesTheValue() {
        var e = fails(
                Errno.EINVAL,
                "write \"x\" to",
                "/proc/self/oom_score_adj",
                () -> Transfers.writeText(Fd.CWD, "/proc/self/oom_score_adj", "x"));
        assertEquals("write \"x\" to /proc/self/oom_score_adj: EINVAL: Invalid argument", e.message());
        assertTrue(Transfers.readText(Fd.CWD, "/proc/version").startsWith("Linux"));
    }
}

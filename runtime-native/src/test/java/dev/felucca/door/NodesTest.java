package dev.felucca.door;

import static dev.felucca.door.KernelAssert.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodesTest {
    private Path path = Path.of("");

    private Fd dir = Fd.CWD;

    @BeforeEach
    void open(@TempDir Path path) {
        this.path = path;
        dir = Descriptors.open(path.toString(), Descriptors.O_RDONLY | Descriptors.O_DIRECTORY);
    }

    @AfterEach
    void close() {
        dir.close();
    }

    @Test
    void makesStatsAndRemoves() {
        Nodes.mkdirat(dir, "d", 0750);
        assertTrue(Stat.of(dir, "d", 0).isDirectory());
        assertEquals(0750, Stat.of(dir, "d", 0).permissions());
        Nodes.mknodat(dir, "null", Stat.S_IFCHR | 0666, Stat.makedev(1, 3));
        Stat node = Stat.of(dir, "null", Nodes.AT_SYMLINK_NOFOLLOW);
        assertEquals(Stat.S_IFCHR, node.type());
        assertEquals(1, Stat.major(node.rdev()));
        assertEquals(3, Stat.minor(node.rdev()));
        Nodes.mknodat(dir, "wide", Stat.S_IFBLK | 0600, Stat.makedev(259, 1000));
        assertEquals(Stat.makedev(259, 1000), Stat.of(dir, "wide", 0).rdev());
        Nodes.mknodat(dir, "f", Stat.S_IFREG | 0600, 0);
        Nodes.linkat(dir, "f", dir, "g", 0);
        assertEquals(2, Stat.of(dir, "g", 0).nlink());
        assertTrue(Stat.of(dir, "f", 0).sameFile(Stat.of(dir, "g", 0)));
        Nodes.symlinkat("f", dir, "s");
        assertTrue(Stat.of(dir, "s", Nodes.AT_SYMLINK_NOFOLLOW).isSymlink());
        assertEquals("f", Nodes.readlinkat(dir, "s"));
        fails(Errno.EEXIST, "mkdirat", path + "/d", () -> Nodes.mkdirat(dir, "d", 0700));
        fails(Errno.EISDIR, "unlinkat", path + "/d", () -> Nodes.unlinkat(dir, "d", 0));
        Nodes.unlinkat(dir, "d", Nodes.AT_REMOVEDIR);
        fails(Errno.ENOENT, "statx", path + "/d", () -> Stat.of(dir, "d", 0));
    }

    @Test
    void renamesExchangesAndDoesNotReplace() throws Exception {
        Files.writeString(path.resolve("a"), "A");
        Files.writeString(path.resolve("b"), "B");
        fails(
                Errno.EEXIST,
                "renameat2",
                path + "/a to " + path + "/b",
                () -> Nodes.renameat2(dir, "a", dir, "b", Nodes.RENAME_NOREPLACE));
        Nodes.renameat2(dir, "a", dir, "b", Nodes.RENAME_EXCHANGE);
        assertEquals("B", Files.readString(path.resolve("a")));
    }

    @Test
    void ownersModesAndTimesToTheNanosecond() throws Exception {
        Files.writeString(path.resolve("a"), "A");
        Nodes.symlinkat("a", dir, "s");
        Nodes.fchownat(dir, "s", 1234, 70000, Nodes.AT_SYMLINK_NOFOLLOW);
        assertEquals(70000, Stat.of(dir, "s", Nodes.AT_SYMLINK_NOFOLLOW).gid());
        assertEquals(0, Stat.of(dir, "a", 0).uid());
        Nodes.utimensat(dir, "s", Nodes.UTIME_OMIT, -1L, Nodes.AT_SYMLINK_NOFOLLOW);
        assertEquals(-1L, Stat.of(dir, "s", Nodes.AT_SYMLINK_NOFOLLOW).mtimeNs());
        try (Fd o = Descriptors.openat(dir, "a", Descriptors.O_PATH, 0)) {
            Nodes.fchown(o, 55, -1);
            Nodes.fchmod(o, 04711);
            Nodes.utimensat(o, "", 1_700_000_000_123_456_789L, 1L, Nodes.AT_EMPTY_PATH);
            Stat a = Stat.of(o);
            assertEquals(55, a.uid());
            assertEquals(0, a.gid());
            assertEquals(04711, a.permissions());
            assertEquals(1_700_000_000_123_456_789L, a.atimeNs());
            assertEquals(1L, a.mtimeNs());
            assertEquals(1, a.size());
        }
        Nodes.fchmodat(dir, "a", 0600);
        assertEquals(0600, Stat.of(path.resolve("a").toString()).permissions());
    }

    @Test
    void xattrsByPathDescriptorAndPathDescriptor() throws Exception {
        Files.writeString(path.resolve("a"), "A");
        String a = path.resolve("a").toString();
        byte[] big = new byte[3000];
        big[2999] = 7;
        try (Fd o = Descriptors.openat(dir, "a", Descriptors.O_PATH, 0);
                Fd r = Descriptors.openat(dir, "a", Descriptors.O_RDONLY, 0)) {
            Xattrs.lset(a, "trusted.x", new byte[0], 0);
            Xattrs.fset(r, "trusted.y", "v".getBytes(StandardCharsets.UTF_8), Xattrs.XATTR_CREATE);
            Xattrs.fset(o, "trusted.z", big, 0);
            assertArrayEquals(big, Xattrs.fget(o, "trusted.z").orElseThrow());
            assertArrayEquals(big, Xattrs.lget(a, "trusted.z").orElseThrow());
            assertEquals(0, Xattrs.lget(a, "trusted.x").orElseThrow().length);
            assertEquals(Optional.empty(), Xattrs.fget(r, "trusted.none"));
            assertEquals(
                    List.of("trusted.x", "trusted.y", "trusted.z"),
                    Xattrs.flist(o).stream().sorted().toList());
            assertEquals(3, Xattrs.llist(a).size());
            Xattrs.fremove(o, "trusted.x");
            Xattrs.lremove(a, "trusted.y");
            assertEquals(List.of("trusted.z"), Xattrs.flist(r));
            fails(Errno.EEXIST, "fsetxattr trusted.z", a, () -> Xattrs.fset(r, "trusted.z", big, Xattrs.XATTR_CREATE));
            fails(Errno.EOPNOTSUPP, "lsetxattr what.x", a, () -> Xattrs.lset(a, "what.x", big, 0));
        }
    }

    @Test
    void tellsFileSystemsApart() {
        assertEquals(StatFs.PROC, StatFs.of("/proc").type());
        try (Fd sys = Descriptors.open("/sys", Descriptors.O_PATH)) {
            assertEquals(StatFs.SYSFS, StatFs.of(sys).type());
        }
        assertTrue(StatFs.of("/").blocks() > 0 && StatFs.of("/").blockSize() >= 512);
        fails(Errno.ENOENT, "statfs", "/none/such", () -> StatFs.of("/none/such"));
    }
}

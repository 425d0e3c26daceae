package dev.felucca.door;

import static dev.felucca.door.KernelAssert.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountsTest {
    @TempDir
    Path dir;

    private interface Body {
        void run() throws Exception;
    }

    /** In a private mount namespace that ends with the thread, so nothing is left behind. */
    private static void apart(Body body) {
        Namespaces.inThread("mounts", () -> {
            Namespaces.unshare(Namespaces.CLONE_FS | NamespaceType.MOUNT.flag());
            Mounts.mount(null, "/", null, Mounts.MS_REC | Mounts.MS_PRIVATE, null);
            body.run();
            return true;
        });
    }

    @Test
    void mountsBindsAndUnmounts() {
        String target = dir.toString();
        apart(() -> {
            Mounts.mount("tmpfs", target, "tmpfs", Mounts.MS_NODEV, "size=64k");
            assertEquals(StatFs.TMPFS, StatFs.of(target).type());
            Mounts.umount2(target, Mounts.UMOUNT_NOFOLLOW);
            fails(Errno.EINVAL, "umount2", target, () -> Mounts.umount2(target, 0));
            fails(Errno.ENODEV, "mount", "nofs none on " + target, () -> Mounts.mount("none", target, "nofs", 0, null));
        });
        assertNotEquals(StatFs.TMPFS, StatFs.of(target).type());
    }

    @Test
    void detachedMountsAreAttachedAndGetAttributes() throws Exception {
        Path a = Files.createDirectory(dir.resolve("a"));
        Path b = Files.createDirectory(dir.resolve("b"));
        apart(() -> {
            try (Fd fs = FsBuilder.of("tmpfs")
                    .option("size", "64k")
                    .option("mode", "711")
                    .attributes(Mounts.MOUNT_ATTR_NODEV)
                    .mount()) {
                Mounts.attach(fs, a.toString());
            }
            assertEquals(0711, Stat.of(a.toString()).permissions());
            Files.writeString(a.resolve("x"), "1");
            try (Fd copy = Mounts.openTree(Fd.CWD, a.toString(), Mounts.OPEN_TREE_CLONE);
                    Fd target = Descriptors.open(b.toString(), Descriptors.O_PATH)) {
                Mounts.setAttributes(copy, "", Nodes.AT_EMPTY_PATH, Mounts.MOUNT_ATTR_RDONLY, 0, 0, null);
                Mounts.attach(copy, target);
            }
            assertEquals("1", Files.readString(b.resolve("x")));
            fails(
                    Errno.EROFS,
                    "openat",
                    b + "/y",
                    () -> Descriptors.open(b + "/y", Descriptors.O_CREAT | Descriptors.O_WRONLY, 0600));
        });
        assertFalse(Files.exists(b.resolve("x")));
    }

    @Test
    void failureCarriesTheKernelsOwnWords() {
        var e = fails(Errno.EINVAL, "fsconfig", "overlay bogus=1", () -> FsBuilder.of("overlay")
                .option("bogus", "1")
                .mount()
                .close());
        assertTrue(e.message().contains("bogus"), e.message());
        assertTrue(e.message().contains("("), e.message());
        fails(Errno.ENODEV, "fsopen", "nofs", () -> FsContext.open("nofs"));
        fails(Errno.ENOENT, "open_tree", "/none", () -> Mounts.openTree(Fd.CWD, "/none", 0));
    }

    @Test
    void overlayTakesLayersByDescriptorWhereTheKernelDoes() throws Exception {
        var support = FsBuilder.probeLowerdirPlus();
        System.out.println("lowerdir+: " + support);
        Path l1 = Files.createDirectory(dir.resolve("l1"));
        Path l2 = Files.createDirectory(dir.resolve("l2"));
        Path merged = Files.createDirectory(dir.resolve("m"));
        Files.writeString(l1.resolve("f"), "upper of the two");
        Files.writeString(l2.resolve("f"), "lower of the two");
        org.junit.jupiter.api.Assumptions.assumeTrue(
                support == FsBuilder.LowerdirPlus.DESCRIPTOR, "this kernel's overlayfs takes no layers by descriptor");
        apart(() -> {
            try (Fd d1 = Descriptors.open(l1.toString(), Descriptors.O_PATH);
                    Fd d2 = Descriptors.open(l2.toString(), Descriptors.O_PATH);
                    Fd fs = FsBuilder.of("overlay")
                            .option("lowerdir+", d1)
                            .option("lowerdir+", d2)
                            .mount()) {
                Mounts.attach(fs, merged.toString());
            }
            assertEquals("upper of the two", Files.readString(merged.resolve("f")));
        });
    }
}

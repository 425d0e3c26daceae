package dev.felucca.initplan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.door.Errno;
import dev.felucca.door.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** felucca-init's operations on mounts and on files of the container, as the program then sees them. */
class InitMountsTest extends InitFixture {
    private Path mounted = Path.of("");

    @AfterEach
    void unmount() {
        if (!mounted.toString().isEmpty()) {
            Mounts.umount2(mounted.toString(), Mounts.MNT_DETACH);
        }
    }

    private static final Op NULL = new MountOp.Mknod("/dev/null", 020666, 1, 3, 0, 0);

    /** Options of the mount point in mountinfo, and its propagation. */
    private static String mountOptions(String target) {
        return "awk '$5 == \"" + target + "\" {print $6, $7, $8}' /proc/self/mountinfo";
    }

    @Test
    void attachesVolumes() throws IOException {
        Path volume = Files.createDirectory(dir.resolve("volume"));
        mounted = Files.createDirectory(volume.resolve("below"));
        Mounts.mount("tmpfs", mounted.toString(), "tmpfs", 0, "");
        Files.writeString(mounted.resolve("file"), "deep\n");
        List<Op> born = born();
        List<Op> ops = List.of(
                new MountOp.Bind(
                        tree(volume),
                        "/vol",
                        MountBits.RDONLY | MountBits.NOSUID,
                        0,
                        MountBits.PRIVATE,
                        true,
                        Create.DIRECTORY,
                        true),
                new MountOp.Bind(
                        tree(volume.resolve("below/file")),
                        "/etc/conf/file",
                        0,
                        0,
                        MountBits.SHARED,
                        false,
                        Create.FILE,
                        false));
        Plan plan = plan(
                born,
                ops,
                List.of(
                        new MountOp.Pivot(),
                        shell("cat /vol/below/file /etc/conf/file; touch /vol/below/x /vol/x 2>&1 | grep -c Read-only; "
                                + mountOptions("/vol") + "; " + mountOptions("/etc/conf/file"))));
        try (InitDriver init = new InitDriver(plan, descriptors)) {
            List<String> lines = init.output().lines().toList();
            assertEquals(List.of("deep", "deep", "2"), lines.subList(0, 3));
            assertTrue(lines.get(3).startsWith("ro,nosuid,relatime - "), lines.get(3));
            assertTrue(lines.get(4).startsWith("rw,relatime shared:"), lines.get(4));
        }
        assertTrue(Files.isRegularFile(root.resolve("etc/conf/file")), "the target was made");
    }

    @Test
    void changesMounts() {
        List<Op> ops = List.of(
                new MountOp.MountFs(
                        "tmpfs", "tmpfs", List.of("mode=700"), MountBits.NOSUID, "/tmp", Create.NOTHING, true),
                new MountOp.MountSet("/tmp", MountBits.RDONLY, MountBits.NOSUID, MountBits.SHARED, false),
                new MountOp.Pivot(),
                new MountOp.MountSet("/", MountBits.RDONLY, 0, 0, false));
        Plan plan =
                plan(born(), ops, List.of(shell(mountOptions("/tmp") + "; touch /x /tmp/y 2>&1 | grep -c Read-only")));
        try (InitDriver init = new InitDriver(plan, descriptors)) {
            List<String> lines = init.output().lines().toList();
            assertTrue(lines.get(0).startsWith("ro,relatime shared:"), lines.get(0));
            assertEquals("2", lines.get(1));
        }
    }

    @Test
    void masksFilesAndDirectories() throws IOException {
        Files.writeString(root.resolve("etc/secret"), "secret");
        Files.createDirectory(root.resolve("etc/keys"));
        Files.writeString(root.resolve("etc/keys/key"), "secret");
        Files.createDirectory(root.resolve("etc/more"));
        List<Op> ops = List.of(
                NULL,
                new MountOp.Mask("/etc/secret", false),
                new MountOp.Mask("/etc/keys", false),
                new MountOp.Mask("/etc/more", false),
                new MountOp.Mask("/etc/missing", true),
                new MountOp.Mask("/etc/secret/below", true),
                new MountOp.ReadOnly("/proc/sys", false),
                new MountOp.ReadOnly("/missing", true));
        assertEquals(
                "1:3 0 0 3",
                container(
                                ops,
                                "stat -c %t:%T /etc/secret; cat /etc/secret | wc -c; ls /etc/keys | wc -l;"
                                        + " touch /etc/keys/x /etc/more/x /proc/sys/kernel/hostname 2>&1 | grep -c Read-only")
                        .replaceAll("\\s+", " "));
        assertEquals("secret", Files.readString(root.resolve("etc/secret")));
    }

    @Test
    void aMaskWithAFalseNullDeviceIsRefused() throws IOException {
        // CVE-2025-31133: the image's /dev/null would be attached over the masked file
        Files.writeString(root.resolve("etc/secret"), "secret");
        Files.createSymbolicLink(root.resolve("dev/null"), Path.of("/etc/secret"));
        assertEquals(
                Errno.ELOOP, failing(new MountOp.Mask("/etc/secret", false)).errno());
        Files.delete(root.resolve("dev/null"));
        Files.writeString(root.resolve("dev/null"), "");
        closeSlots();
        assertEquals(
                Errno.ENXIO, failing(new MountOp.Mask("/etc/secret", false)).errno());
    }

    @Test
    void nothingIsMountedThroughLinksOutOfTheRoot() throws IOException {
        Path outside = Files.createDirectory(dir.resolve("outside"));
        Files.createSymbolicLink(root.resolve("link"), outside);
        Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../.." + outside));
        List<Op> ops = List.of(
                new MountOp.MountFs("tmpfs", "tmpfs", List.of(), 0, "/link/a", Create.DIRECTORY, true),
                new MountOp.Mkdir("/up/b", 0750, 7, 8, false),
                new MountOp.Mkdir("/up/b", 0700, 0, 0, true),
                new MountOp.Symlink("anything", "/up/c", false),
                new MountOp.Symlink("else", "/up/c", true),
                new MountOp.Own("/up/b", 02711, 9, 10));
        assertEquals(
                "2711 9 10 anything",
                container(ops, "stat -c '%a %u %g' " + outside + "/b; readlink " + outside + "/c")
                        .replaceAll("\\s+", " "));
        try (var entries = Files.list(outside)) {
            assertEquals(0, entries.count());
        }
        assertTrue(
                Files.isDirectory(root.resolve(outside.toString().substring(1)).resolve("b")));
        closeSlots();
        InitDriver.Failure proc =
                failing(new MountOp.MountFs("tmpfs", "tmpfs", List.of(), 0, "/up/d", Create.DIRECTORY, false));
        assertEquals(Errno.ELOOP, proc.errno());
        assertEquals("/up/d", proc.detail());
    }

    @Test
    void aBadOptionIsNamed() {
        InitDriver.Failure failure = failing(
                new MountOp.MountFs("tmpfs", "tmpfs", List.of("size=1m", "fly=yes"), 0, "/tmp", Create.NOTHING, true));
        assertEquals(Errno.EINVAL, failure.errno());
        assertEquals("fly=yes: tmpfs: Unknown parameter 'fly'", failure.detail());
    }

    @Test
    void nodesAreMadeOrMustBeTheSame() {
        assertEquals(
                "1:3 666 1:5",
                container(
                                List.of(NULL, NULL, new MountOp.Mknod("/dev/new/zero", 020600, 1, 5, 1, 2)),
                                "stat -c '%t:%T %a' /dev/null; stat -c %t:%T /dev/new/zero")
                        .replaceAll("\\s+", " "));
        closeSlots();
        assertEquals(
                Errno.EEXIST,
                failing(new MountOp.Mknod("/dev/null", 020666, 1, 5, 0, 0)).errno());
    }

    @Test
    void theOldRootIsGone() {
        String seen = container(
                List.of(), "awk '{print $5}' /proc/self/mountinfo; ls -d " + dir + " 2>&1; readlink /proc/self/cwd");
        assertFalse(seen.contains(dir + "\n"), seen);
        assertEquals("/", seen.lines().reduce((a, b) -> b).orElseThrow());
        assertEquals(List.of("/", "/proc"), seen.lines().limit(2).toList());
    }

    @Test
    void anUnverifiedPseudoTerminalIsRefused() throws IOException {
        Files.createDirectories(root.resolve("dev/pts"));
        Files.writeString(root.resolve("dev/pts/ptmx"), "");
        assertEquals(
                Errno.EXDEV, failing(new ProgramOp.Terminal(1, 1, 0, 0, false)).errno());
    }

    @Test
    void theTerminalIsTheContainersOwn() {
        List<Op> ops = List.of(
                new MountOp.MountFs("tmpfs", "tmpfs", List.of(), 0, "/dev", Create.NOTHING, false),
                new MountOp.MountFs(
                        "devpts",
                        "devpts",
                        List.of("newinstance", "ptmxmode=0666"),
                        0,
                        "/dev/pts",
                        Create.DIRECTORY,
                        false),
                new ProgramOp.Terminal(33, 99, 12, 34, true),
                new MountOp.Pivot(),
                shell("tty; stat -c '%u %g' /dev/console; sleep 0; : > /dev/tty && echo controlling; sleep 1000"));
        try (InitDriver init = new InitDriver(plan(born(), ops), descriptors)) {
            init.run();
            StringBuilder text = new StringBuilder();
            byte[] some = new byte[256];
            while (!text.toString().contains("controlling")) {
                int n = dev.felucca.door.Descriptors.read(init.console(), some);
                text.append(new String(some, 0, n, java.nio.charset.StandardCharsets.UTF_8));
            }
            assertEquals(
                    "/dev/pts/0 12 34 ", text.toString().replaceAll("\\s+", " ").substring(0, 17));
        }
    }
}

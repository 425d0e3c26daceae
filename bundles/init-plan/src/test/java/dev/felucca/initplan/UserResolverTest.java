package dev.felucca.initplan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.Process;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserResolverTest {
    @TempDir
    Path root = Path.of("");

    @BeforeEach
    void makeDatabase() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(
                root.resolve("etc/passwd"),
                """
                # a comment
                root:x:0:0:root:/root:/bin/sh
                broken:x
                www:x:33:34:www:/var/www:/bin/false
                """);
        Files.writeString(
                root.resolve("etc/group"),
                """
                root:x:0:
                www:x:34:
                disk:x:6:root,www
                audio:x:29:www
                """);
    }

    private Process resolve(String user, String... groups) {
        try (Fd fd = Descriptors.open(root.toString(), Descriptors.O_PATH | Descriptors.O_DIRECTORY)) {
            return UserResolver.resolve(
                    fd,
                    new UserRequest(user, List.of(groups)),
                    Process.builder(List.of("true")).env(List.of("PATH=/bin")).build());
        }
    }

    private void is(Process p, long uid, long gid, List<Long> gids, String home) {
        assertEquals(uid, p.user().uid());
        assertEquals(gid, p.user().gid());
        assertEquals(gids, p.user().additionalGids());
        assertEquals(List.of("PATH=/bin", "HOME=" + home), p.env());
    }

    @Test
    void namesAndNumbers() {
        is(resolve(""), 0, 0, List.of(0L, 6L), "/root");
        is(resolve("www"), 33, 34, List.of(34L, 6L, 29L), "/var/www");
        is(resolve("33"), 33, 34, List.of(34L, 6L, 29L), "/var/www");
        is(resolve("www:disk"), 33, 6, List.of(6L), "/var/www");
        is(resolve("www:77"), 33, 77, List.of(77L), "/var/www");
        is(resolve("4000"), 4000, 0, List.of(0L), "/");
        is(resolve("4000:4001", "audio", "5000"), 4000, 4001, List.of(4001L, 29L, 5000L), "/");
    }

    @Test
    void whatIsNotThereIsRefusedInDockersWords() {
        refused("nobody", "unable to find user nobody: no matching entries in passwd file");
        refused("www:nogroup", "unable to find group nogroup: no matching entries in group file");
        refused("2147483648", "user 2147483648: uids and gids must be in range 0-2147483647");
        refused("-1", "unable to find user -1: no matching entries in passwd file");
    }

    private void refused(String user, String message) {
        EngineException e = assertThrows(EngineException.class, () -> resolve(user));
        assertEquals(EngineException.Kind.INVALID, e.kind());
        assertEquals(message, e.message());
    }

    @Test
    void withoutFilesNumbersStillWork() throws IOException {
        Files.delete(root.resolve("etc/passwd"));
        Files.delete(root.resolve("etc/group"));
        Files.delete(root.resolve("etc"));
        is(resolve(""), 0, 0, List.of(0L), "/");
        is(resolve("7:8"), 7, 8, List.of(8L), "/");
        refused("www", "unable to find user www: no matching entries in passwd file");
    }

    @Test
    void linksAreFollowedInsideTheRootOnly() throws IOException {
        Files.move(root.resolve("etc/passwd"), root.resolve("passwd"));
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("/../../passwd"));
        assertEquals(33, resolve("www").user().uid());
        Files.delete(root.resolve("etc/passwd"));
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("/proc/self/root/etc/passwd"));
        refused("daemon", "unable to find user daemon: no matching entries in passwd file");
    }

    @Test
    void onlyRegularFilesOfBoundedSizeAreRead() throws IOException {
        Files.delete(root.resolve("etc/passwd"));
        Nodes.mknodat(Fd.CWD, root.resolve("etc/passwd").toString(), Stat.S_IFIFO | 0600, 0);
        assertTrue(assertThrows(EngineException.class, () -> resolve("www"))
                .message()
                .contains("not a regular file"));
        Files.delete(root.resolve("etc/passwd"));
        try (Fd big = Descriptors.open(
                root.resolve("etc/passwd").toString(), Descriptors.O_CREAT | Descriptors.O_RDWR, 0600)) {
            Descriptors.truncate(big, 1L << 40);
        }
        assertTrue(assertThrows(EngineException.class, () -> resolve("www"))
                .message()
                .contains("bytes"));
    }
}

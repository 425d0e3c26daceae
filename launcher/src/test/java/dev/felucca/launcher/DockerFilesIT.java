package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of containers with the stock docker command line: cp, export, diff, commit. */
class DockerFilesIT {
    // set by the one method that runs before all tests
    @SuppressWarnings("NullAway.Init")
    private static DockerCli docker;

    @TempDir
    private Path dir;

    @BeforeAll
    static void start() throws Exception {
        docker = new DockerCli();
    }

    @AfterAll
    static void stop() throws Exception {
        if (docker != null) docker.close();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        docker.clean();
    }

    private static void background(String name, String... options) throws Exception {
        var words = new java.util.ArrayList<>(List.of("run", "-d", "--network", "none", "--name", name));
        words.addAll(List.of(options));
        words.addAll(List.of("busybox", "sleep", "1000"));
        docker.ok(words.toArray(String[]::new));
    }

    private static String in(String container, String script) throws Exception {
        return docker.ok("exec", container, "sh", "-c", script);
    }

    @Test
    void filesGoInAndOut() throws Exception {
        background("io", "-v", "kept:/data");
        Path file = Files.writeString(dir.resolve("file"), "hello\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
        Path tree = Files.createDirectories(dir.resolve("tree/deep"));
        Files.writeString(tree.resolve("leaf"), "leaf\n");
        Files.createSymbolicLink(dir.resolve("tree/link"), Path.of("deep/leaf"));
        Files.createLink(dir.resolve("tree/hard"), tree.resolve("leaf"));

        docker.ok("cp", file.toString(), "io:/tmp/renamed");
        assertEquals(
                "hello 750",
                in("io", "cat /tmp/renamed; stat -c %a /tmp/renamed").replace('\n', ' '));
        docker.ok("cp", dir.resolve("tree").toString(), "io:/tmp");
        assertEquals(
                "leaf deep/leaf 2",
                in("io", "cat /tmp/tree/link; readlink /tmp/tree/link; stat -c %h /tmp/tree/hard")
                        .replace('\n', ' '));
        docker.ok("cp", dir.resolve("tree") + "/.", "io:/data");
        assertEquals("leaf", in("io", "cat /data/deep/leaf"));
        docker.docker("cp", file.toString(), "io:/nowhere/file").fails(1, "nowhere");
        docker.docker("cp", dir.resolve("tree").toString(), "io:/tmp/renamed").fails(1, "cannot");

        docker.ok("cp", "io:/tmp/tree", dir.resolve("back").toString());
        assertEquals("leaf\n", Files.readString(dir.resolve("back/deep/leaf")));
        assertEquals(Path.of("deep/leaf"), Files.readSymbolicLink(dir.resolve("back/link")));
        docker.ok("cp", "-L", "io:/tmp/tree/link", dir.resolve("followed").toString());
        assertEquals("leaf\n", Files.readString(dir.resolve("followed")));
        docker.docker("cp", "io:/nothing", dir.toString()).fails(1, "Could not find the file /nothing in container io");

        // one that does not run has its volumes too
        docker.ok("stop", "-t", "0", "io");
        docker.ok("cp", "io:/data/deep/leaf", dir.resolve("stopped").toString());
        assertEquals("leaf\n", Files.readString(dir.resolve("stopped")));
        docker.ok("cp", file.toString(), "io:/data/late");
        docker.ok("start", "io");
        assertEquals("hello", in("io", "cat /data/late"));
        docker.ok("rm", "-f", "io");
        docker.ok("volume", "rm", "kept");
    }

    @Test
    void aStreamIsATar() throws Exception {
        background("stream");
        in("stream", "mkdir /srv; echo one > /srv/a; mknod /srv/null c 1 3; chown 5:6 /srv/a");
        Path out = dir.resolve("out.tar");
        var reading = docker.command("cp", "stream:/srv", "-").redirectOutput(out.toFile());
        assertEquals(0, DockerCli.ends(reading.start()));
        String listed = host("tar", "--numeric-owner", "-tvf", out.toString());
        assertTrue(listed.matches("(?s).*5/6 +4 .* srv/a\n.*") && listed.contains(" 1,3 "), listed);
        in("stream", "rm -r /srv; mkdir /srv");
        var writing = docker.command("cp", "-", "stream:/srv").redirectInput(out.toFile());
        assertEquals(0, DockerCli.ends(writing.start()));
        assertEquals(
                "one 5:6",
                in("stream", "cat /srv/srv/a; stat -c %u:%g /srv/srv/a").replace('\n', ' '));

        // names that would lead out are refused, and nothing is written
        Path evil = dir.resolve("evil.tar");
        Files.writeString(dir.resolve("payload"), "x");
        host(
                "tar",
                "-C",
                dir.toString(),
                "-cPf",
                evil.toString(),
                "--transform",
                "s,payload,../../escaped,",
                "payload");
        var bad = docker.command("cp", "-", "stream:/srv").redirectInput(evil.toFile());
        assertEquals(1, DockerCli.ends(bad.start()));
        assertEquals("", in("stream", "ls -d /escaped /srv/escaped 2>/dev/null; true"));
    }

    /** A host's file is not reached through a container's links, however they change meanwhile (CVE-2018-15664). */
    @Test
    void linksLeadNowhereElse() throws Exception {
        Path secret = Files.writeString(dir.resolve("secret"), "the host's");
        background("evil");
        in("evil", "mkdir -p /real /etc; ln -s " + dir + " /link; ln -s /real /swapped; echo mine > /real/secret");
        docker.docker("cp", "evil:/link/secret", dir.resolve("got").toString()).fails(1, "Could not find the file");
        Path planted = Files.writeString(dir.resolve("planted"), "planted");
        docker.docker("cp", planted.toString(), "evil:/link/").fails(1, "no such directory");
        docker.ok(
                "exec",
                "-d",
                "evil",
                "sh",
                "-c",
                "while :; do ln -sfn " + dir + " /swapped; ln -sfn /real /swapped; done");
        for (int i = 0; i < 30; i++) {
            docker.docker("cp", planted.toString(), "evil:/swapped/target" + i);
            docker.docker("cp", "evil:/swapped/secret", dir.resolve("copy" + i).toString());
        }
        assertEquals("the host's", Files.readString(secret));
        for (int i = 0; i < 30; i++) {
            assertFalse(Files.exists(dir.resolve("target" + i)), "a file of the host was written");
            Path copy = dir.resolve("copy" + i);
            if (Files.exists(copy)) assertEquals("mine\n", Files.readString(copy));
        }
    }

    @Test
    void whatIsReadOnlyStaysSo() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "x");
        background("ro", "--read-only", "-v", "rw:/w", "-v", "ro:/r:ro");
        for (int i = 0; i < 2; i++) {
            docker.docker("cp", file.toString(), "ro:/tmp/x").fails(1, "read-only");
            docker.docker("cp", file.toString(), "ro:/r/x").fails(1, "read-only");
            docker.ok("cp", file.toString(), "ro:/w/x");
            docker.ok("stop", "-t", "0", "ro");
        }
        docker.ok("rm", "ro");
        docker.ok("volume", "rm", "rw", "ro");
    }

    @Test
    void changesAreSeenAndKept() throws Exception {
        background("changed", "-v", "/vol");
        assertEquals("A /vol", docker.ok("diff", "changed"));
        in("changed", "mkdir -p /new/dir; echo 1 > /new/dir/f; echo x >> /etc/passwd; rm /bin/vi; echo v > /vol/f");
        in("changed", "echo setcap > /new/caps");
        List<String> diff = docker.ok("diff", "changed").lines().toList();
        assertTrue(
                diff.containsAll(List.of("A /new", "A /new/dir", "A /new/dir/f", "C /bin", "D /bin/vi")),
                diff.toString());
        assertFalse(diff.stream().anyMatch(l -> l.contains("/proc") || l.contains("/vol/f")), diff.toString());

        docker.ok(
                "commit",
                "-m",
                "said so",
                "-a",
                "me",
                "-c",
                "ENV A=b",
                "-c",
                "CMD [\"cat\", \"/new/dir/f\"]",
                "changed",
                "made:1");
        assertEquals("1", docker.ok("run", "--rm", "--network", "none", "made:1"));
        assertEquals(
                "b", docker.ok("run", "--rm", "--network", "none", "made:1", "sh", "-c", "echo $A; test ! -e /bin/vi"));
        assertEquals("said so me", docker.ok("image", "inspect", "-f", "{{.Comment}} {{.Author}}", "made:1"));
        assertTrue(docker.ok("history", "--no-trunc", "made:1").contains("sleep 1000"));
        assertEquals("running", docker.ok("inspect", "-f", "{{.State.Status}}", "changed"));

        Path tar = dir.resolve("all.tar");
        docker.ok("export", "-o", tar.toString(), "changed");
        docker.ok("import", "-c", "CMD [\"cat\", \"/new/dir/f\"]", tar.toString(), "flat:1");
        assertEquals("1", docker.ok("run", "--rm", "--network", "none", "flat:1"));
        docker.ok("rm", "-f", "-v", "changed");
        docker.ok("rmi", "made:1", "flat:1");
    }

    private static String host(String... words) throws Exception {
        return TestEngine.finish(new ProcessBuilder(words).start(), "").ok();
    }
}

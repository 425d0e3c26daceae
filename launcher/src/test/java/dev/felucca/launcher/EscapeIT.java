package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.launcher.TestEngine.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What containers and images have been used for against other engines, tried with the security that a user gets by default. */
class EscapeIT {
    // set by the one method that runs before all tests
    @SuppressWarnings("NullAway.Init")
    private static TestEngine engine;

    @BeforeAll
    static void start() throws Exception {
        engine = new TestEngine();
    }

    @AfterAll
    static void stop() throws Exception {
        engine.close();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        String containers = engine.felucca("ps", "-aq").ok().replace('\n', ' ').strip();
        if (!containers.isEmpty())
            engine.felucca(("rm -f -v " + containers).split(" ")).ok();
        assertEquals(List.of(), engine.left());
    }

    private static Result sh(String options, String script) throws Exception {
        return engine.felucca(Stream.of(
                        Stream.of("run", "--rm", "--network", "none"),
                        Stream.of(options.split(" ")).filter(o -> !o.isEmpty()),
                        Stream.of("busybox", "sh", "-c", script))
                .flatMap(s -> s)
                .toArray(String[]::new));
    }

    /** CVE-2022-0492: a release agent, which the kernel runs outside, set from inside with or without namespaces of one's own. */
    @Test
    void noControlGroupsReleaseAgentCanBeSet() throws Exception {
        String script =
                """
                exec 2>/dev/null
                mkdir /cg
                for c in memory rdma pids freezer; do mount -t cgroup -o $c c /cg && echo mounted; done
                unshare -U -r -m sh -c 'mount -t cgroup -o rdma c /cg && echo mounted below'
                unshare -m true && echo a mount namespace
                for f in $(find /sys/fs/cgroup -name release_agent -o -name notify_on_release); do
                    (echo 1 >$f) && echo $f was written
                done
                echo end""";
        assertEquals(new Result(0, "end\n", ""), sh("", script));
        assertEquals(new Result(0, "end\n", ""), sh("--user 1000:1000", script));
        // that is for want of rights and not of programs
        String out = sh("--cap-add SYS_ADMIN --security-opt seccomp=unconfined", script)
                .ok();
        assertTrue(out.contains("a mount namespace"), out);
    }

    /** CVE-2026-53488: what an image says of itself chooses no service of the engine. */
    @Test
    void anImagesLabelsSteerNothing() throws Exception {
        Path tar = engine.roots.resolve("labels.tar");
        Process save = new ProcessBuilder("tar", "-C", "/", "-cf", tar.toString(), "bin/busybox").start();
        assertEquals(0, save.waitFor());
        engine.felucca(
                        "import",
                        "-c",
                        "LABEL felucca.storage=vfs felucca.cgroup=nosuch felucca.namespace=setns felucca.runtime=nosuch",
                        "-c",
                        "CMD [\"/bin/busybox\", \"true\"]",
                        tar.toString(),
                        "labels")
                .ok();
        engine.felucca("create", "--network", "none", "--name", "plain", "busybox")
                .ok();
        engine.felucca("create", "--network", "none", "--name", "labelled", "labels")
                .ok();
        String drivers = "{{.Driver}} {{.HostConfig.Runtime}} {{json .HostConfig.Annotations}}";
        assertEquals(engine.inspect(drivers, "plain"), engine.inspect(drivers, "labelled"));
        assertEquals("vfs", engine.inspect("{{index .Config.Labels \"felucca.storage\"}}", "labelled"));
        engine.felucca("start", "-a", "labelled").ok();
        engine.felucca("rm", "labelled").ok();
        engine.felucca("rmi", "labels").ok();
    }

    /** CVE-2019-14271 and its kin: the engine uses no program and no library of a container, and no table of its users but by reading. */
    @Test
    void theEngineRunsNothingOfTheContainers() throws Exception {
        // users are looked up in the image's own files; what would load code for that is not there for the engine
        String script = "echo 'passwd: evil' >/etc/nsswitch.conf; mkdir -p /lib; echo x >/lib/libnss_evil.so.2;"
                + " rm /bin/ps; echo '#!/bin/sh' >/bin/ps; chmod 755 /bin/ps; exec sleep 1000";
        engine.felucca("run", "-d", "--network", "none", "--name", "evil", "busybox", "sh", "-c", script)
                .ok();
        assertEquals(
                "root\n", engine.felucca("exec", "-u", "0", "evil", "id", "-un").ok());
        assertTrue(engine.felucca("top", "evil").ok().contains("sleep 1000"));
        String maps = Files.readString(Path.of("/proc", engine.pid(), "maps"));
        assertFalse(maps.contains("libnss_evil"), maps);
    }

    /** A procfs that the container's root has put away: exec goes on or says why, and writes nothing into what is there instead. */
    @Test
    void anExecIntoAContainerWhoseProcIsAnother() throws Exception {
        String replace = "mount -t tmpfs none /proc && mkdir -p /proc/self/attr /proc/thread-self/attr /proc/1"
                + " && touch /proc/self/attr/exec /proc/thread-self/attr/exec && echo ready && exec sleep 1000";
        engine.felucca(
                        "run",
                        "-d",
                        "--privileged",
                        "--network",
                        "none",
                        "--name",
                        "fake",
                        "busybox",
                        "sh",
                        "-c",
                        replace)
                .ok();
        Process follow = engine.command("logs", "-f", "fake").start();
        assertEquals("ready", follow.inputReader().readLine());
        follow.destroyForcibly().waitFor();
        String look = "cat /proc/self/attr/exec /proc/thread-self/attr/exec; ls /proc | tr '\\n' ' '";
        for (String user : List.of("0", "1000")) {
            Result r = engine.felucca("exec", "-u", user, "-w", "/tmp", "fake", "sh", "-c", look + "; pwd");
            assertEquals(new Result(0, "1 self thread-self /tmp\n", ""), r);
        }
        engine.felucca("stop", "-t", "0", "fake").ok();
    }
}

package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.launcher.TestEngine.Result;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Programs in containers, with the stock docker command line: streams, terminals, exit codes, signals. */
class DockerRunIT {
    // set by the one method that runs before all tests
    @SuppressWarnings("NullAway.Init")
    private static DockerCli docker;

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

    private static Result run(String... command) throws Exception {
        return docker.docker(words("run --rm --network none busybox", command));
    }

    private static String[] words(String first, String... more) {
        String[] head = first.split(" ");
        String[] all = Arrays.copyOf(head, head.length + more.length);
        System.arraycopy(more, 0, all, head.length, more.length);
        return all;
    }

    private static String background(String name, String... command) throws Exception {
        return docker.ok(words("run -d --network none --name " + name + " busybox", command));
    }

    @Test
    void outputErrorsAndCodeAreTheProgrammes() throws Exception {
        assertEquals(new Result(0, "hi\n", ""), run("echo", "hi"));
        assertEquals(new Result(7, "out\n", "err\n"), run("sh", "-c", "echo out; echo err >&2; exit 7"));
        assertEquals("", docker.ok("ps", "-aq"));
    }

    @Test
    void whatCannotBeExecutedHasDockersCodes() throws Exception {
        run("no-such-program").fails(127, "executable file not found");
        run("/no/such").fails(127, "no such file or directory");
        run("/etc/passwd").fails(126, "permission denied");
        docker.docker("run", "--rm", "--network", "none", "--no-such-flag", "busybox", "true")
                .fails(125);
        docker.docker("run", "--rm", "--pull", "never", "no-such-image", "true").fails(125, "No such image");
        assertEquals("", docker.ok("ps", "-aq"));
    }

    @Test
    void inputGoesInUntilItsEnd() throws Exception {
        String text = "0123456789abcde\n".repeat(70_000);
        Result r = docker.input(text, words("run --rm -i --network none busybox cat"));
        assertEquals(0, r.status(), r.err());
        assertTrue(text.equals(r.out()), "what came back is not what went in");
        assertEquals("0\n", run("sh", "-c", "cat | wc -c").ok());
    }

    @Test
    void aTerminalHasTheCallersSize() throws Exception {
        Result r =
                docker.onTerminal("run --rm -it --network none busybox sh -c 'tty; read x; stty size; exit 3'", "go\n");
        assertEquals(3, r.status(), r.out());
        assertTrue(r.out().contains("/dev/pts/0"), r.out());
        assertTrue(r.out().contains("33 77"), r.out());
    }

    @Test
    void keysLeaveAContainer() throws Exception {
        docker.ok("run", "-dit", "--name", "left", "--network", "none", "busybox", "cat");
        docker.onTerminal("attach --detach-keys ctrl-a,x left", "\u0001x");
        assertEquals("true", docker.ok("inspect", "-f", "{{.State.Running}}", "left"));
    }

    @Test
    void attachJoinsWhatRuns() throws Exception {
        docker.ok(
                "run",
                "-di",
                "--name",
                "joined",
                "--network",
                "none",
                "busybox",
                "sh",
                "-c",
                "read x; echo got $x; exit 4");
        Process p = docker.command("attach", "joined").start();
        p.getOutputStream().write("it\n".getBytes(StandardCharsets.US_ASCII));
        p.getOutputStream().flush();
        assertEquals("got it", p.inputReader().readLine());
        assertEquals(4, DockerCli.ends(p));
        docker.docker("attach", "joined").fails(1, "stopped container");
    }

    @Test
    void signalsArePassedOn() throws Exception {
        Process p = docker.command(words(
                        "run --rm --network none --name signalled busybox sh",
                        "-c",
                        "trap 'echo term; exit 9' TERM; echo up; while :; do sleep 0.1; done"))
                .start();
        BufferedReader out = p.inputReader();
        assertEquals("up", out.readLine());
        p.toHandle().destroy(); // the streams stay open
        assertEquals("term", out.readLine());
        assertEquals(9, DockerCli.ends(p));
    }

    @Test
    void execsJoinTheContainer() throws Exception {
        background("host", "sleep", "1000");
        assertEquals(new Result(0, "hi\n", ""), docker.docker("exec", "host", "echo", "hi"));
        assertEquals(5, docker.docker("exec", "host", "sh", "-c", "exit 5").status());
        assertEquals(
                "b in",
                docker.input("in", "exec", "-i", "-e", "A=b", "-w", "/tmp", "host", "sh", "-c", "echo $A $(cat)")
                        .ok()
                        .strip());
        assertEquals("/tmp", docker.ok("exec", "-w", "/tmp", "host", "pwd"));
        docker.ok("exec", "-d", "host", "touch", "/made");
        docker.ok("exec", "host", "sh", "-c", "while ! [ -e /made ]; do sleep 0.05; done");
        docker.docker("exec", "host", "no-such-program").fails(127);
        docker.docker("exec", "no-such-one", "true").fails(1, "No such container: no-such-one");
        Result tty = docker.onTerminal("exec -it host sh -c 'tty; read x; stty size; exit 6'", "go\n");
        assertEquals(6, tty.status(), tty.out());
        assertTrue(tty.out().contains("33 77"), tty.out());
    }

    @Test
    void logsAreReplayedAndFollowed() throws Exception {
        background("logged", "sh", "-c", "mkfifo /p; echo one; echo two >&2; read x < /p; echo three");
        Process follow = docker.command("logs", "-f", "logged").start();
        BufferedReader out = follow.inputReader();
        assertEquals("one", out.readLine());
        assertEquals("two", follow.errorReader().readLine());
        assertEquals(new Result(0, "one\n", "two\n"), docker.docker("logs", "logged"));
        assertTrue(docker.ok("logs", "-t", "--tail", "1", "logged").length() <= 40);
        docker.ok("exec", "logged", "sh", "-c", "echo go > /p");
        assertEquals("three", out.readLine());
        assertEquals(0, DockerCli.ends(follow));
    }

    @Test
    void waitingSeesTheExit() throws Exception {
        background("waited", "sh", "-c", "mkfifo /p; read x < /p; exit 11");
        Process waiting = docker.command("wait", "waited").start();
        docker.ok("exec", "waited", "sh", "-c", "while ! [ -p /p ]; do sleep 0.05; done; echo go > /p");
        assertEquals("11", waiting.inputReader().readLine());
        assertEquals(0, DockerCli.ends(waiting));
        assertEquals("11", docker.ok("wait", "waited"));
        assertEquals("11", docker.ok("inspect", "-f", "{{.State.ExitCode}}", "waited"));
    }

    @Test
    void aClientThatIsKilledLeavesNothingBehindButItsContainer() throws Exception {
        Process p = docker.command(words("run -i --network none --name orphan busybox sh", "-c", "echo up; sleep 1000"))
                .start();
        assertEquals("up", p.inputReader().readLine());
        p.destroyForcibly().waitFor();
        assertEquals("true", docker.ok("inspect", "-f", "{{.State.Running}}", "orphan"));
        docker.ok("rm", "-f", "orphan");
    }

    @Test
    void flagsReachTheContainer() throws Exception {
        assertEquals("64", run("sh", "-c", "ulimit -n 64; ulimit -n").ok().strip());
        assertEquals(
                "box\nnobody\n/tmp\n1\nv\n",
                docker.docker(words(
                                "run --rm --network none -h box -u nobody -w /tmp -e A=1 -l x=y --env B=v --read-only busybox sh",
                                "-c",
                                "hostname; id -un; pwd; echo $A; echo $B"))
                        .ok());
        Path dir = Files.createTempDirectory("bind");
        try {
            Files.writeString(dir.resolve("f"), "content");
            assertEquals("content", docker.ok(words("run --rm --network none -v " + dir + ":/b:ro busybox cat /b/f")));
            docker.docker(words("run --rm --network none -v " + dir + ":/b:ro busybox touch /b/g"))
                    .fails(1, "Read-only file system");
            assertEquals(
                    "content",
                    docker.ok(words(
                            "run --rm --network none --mount type=bind,src=" + dir + ",dst=/b busybox cat /b/f")));
        } finally {
            Files.delete(dir.resolve("f"));
            Files.delete(dir);
        }
        assertTrue(docker.ok(words("run --rm --network none --tmpfs /t:size=1m busybox df /t"))
                .contains("1024"));
        String limited = docker.ok(words("create --network none -m 64m --cpus 0.5 --pids-limit 50 busybox true"));
        assertEquals(
                "67108864 500000000 50",
                docker.ok(
                        "inspect",
                        "-f",
                        "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}",
                        limited));
    }

    @Test
    void whatIsNotThereIsRefusedByName() throws Exception {
        if (!docker.isFelucca()) return;
        docker.docker(words("run --rm --network none --gpus all busybox true"))
                .fails(125, "not supported: HostConfig.DeviceRequests");
        docker.docker(words("run --rm --network none --storage-opt size=1g busybox true"))
                .fails(125, "not supported: HostConfig.StorageOpt");
        docker.docker(words("run --rm --network none --log-driver syslog busybox true"))
                .fails(125, "not supported: log driver syslog");
    }
}

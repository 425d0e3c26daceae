package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Containers, images, networks and the engine itself, with the stock docker command line. */
class DockerManageIT {
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

    private static void background(String name) throws Exception {
        docker.ok("run", "-d", "--network", "none", "--name", name, "-l", "test=" + name, "busybox", "sleep", "1000");
    }

    private static String status(String container) throws Exception {
        return docker.ok("inspect", "-f", "{{.State.Status}}", container);
    }

    @Test
    void theEngineTellsOfItself() throws Exception {
        assertEquals("linux", docker.ok("version", "-f", "{{.Server.Os}}"));
        assertEquals("linux", docker.ok("info", "-f", "{{.OSType}}"));
        for (String version : List.of("1.24", "1.41", "1.44")) {
            var command = docker.command("version", "-f", "{{.Client.APIVersion}}");
            command.environment().put("DOCKER_API_VERSION", version);
            assertEquals(version, TestEngine.finish(command.start(), "").ok().strip());
        }
    }

    @Test
    void aContainersLife() throws Exception {
        docker.ok("create", "--network", "none", "--name", "life", "busybox", "sleep", "1000");
        assertEquals("created", status("life"));
        docker.ok("start", "life");
        assertEquals("running", status("life"));
        docker.ok("pause", "life");
        assertEquals("paused", status("life"));
        docker.docker("pause", "life").fails(1, "already paused");
        docker.ok("unpause", "life");
        docker.docker("rm", "life").fails(1, "container");
        docker.ok("restart", "-t", "0", "life");
        assertEquals("running", status("life"));
        docker.ok("update", "--memory", "32m", "--memory-swap", "32m", "life");
        assertEquals("33554432", docker.ok("inspect", "-f", "{{.HostConfig.Memory}}", "life"));
        docker.ok("kill", "-s", "KILL", "life");
        assertEquals("137", docker.ok("wait", "life"));
        docker.docker("kill", "life").fails(1, "is not running");
        docker.ok("stop", "life");
        docker.ok("rm", "life");
        docker.docker("rm", "life").fails(1, "No such container: life");
    }

    @Test
    void namesAreTakenOnce() throws Exception {
        background("taken");
        docker.docker("create", "--name", "taken", "busybox").fails(1, "is already in use");
        docker.docker("create", "--name", "a b", "busybox").fails(1, "Invalid container name");
        docker.docker("inspect", "nothing").fails(1, "nothing");
    }

    @Test
    void listsAreFiltered() throws Exception {
        background("first");
        background("second");
        docker.ok("stop", "-t", "0", "second");
        assertEquals("first", docker.ok("ps", "--format", "{{.Names}}"));
        assertEquals("second\nfirst", docker.ok("ps", "-a", "--format", "{{.Names}}"));
        assertEquals("second", docker.ok("ps", "-n", "1", "--format", "{{.Names}}"));
        assertEquals("second", docker.ok("ps", "-f", "status=exited", "--format", "{{.Names}}"));
        assertEquals("first", docker.ok("ps", "-f", "label=test=first", "--format", "{{.Names}}"));
        assertEquals("first", docker.ok("ps", "-f", "name=^fir", "--format", "{{.Names}}"));
        assertEquals("first", docker.ok("ps", "-f", "ancestor=busybox", "--format", "{{.Names}}"));
        docker.docker("ps", "-f", "nonsense=1").fails(1, "invalid filter");
        assertTrue(docker.ok("top", "first").contains("sleep 1000"));
        assertTrue(docker.ok("container", "prune", "-f").contains("Deleted Containers"));
        assertEquals("first", docker.ok("ps", "-a", "--format", "{{.Names}}"));
    }

    @Test
    void eventsAreToldInOrder() throws Exception {
        // those that are past when it subscribes are replayed
        String now = String.valueOf(Instant.now().getEpochSecond());
        Process events = docker.command("events", "--since", now, "-f", "container=heard", "--format", "{{.Action}}")
                .start();
        BufferedReader lines = events.inputReader();
        try {
            background("heard");
            docker.ok("rm", "-f", "heard");
            List<String> wanted = new ArrayList<>(List.of("start", "kill", "die", "destroy"));
            for (String line = lines.readLine(); line != null && !wanted.isEmpty(); line = lines.readLine()) {
                wanted.remove(line);
                if (wanted.isEmpty()) break;
            }
            assertEquals(List.of(), wanted);
        } finally {
            events.destroy();
            DockerCli.ends(events);
        }
        // the command line sends whole seconds
        String soon = String.valueOf(Instant.now().getEpochSecond() + 1);
        String past = docker.ok("events", "--since", "10m", "--until", soon, "-f", "container=heard");
        assertTrue(past.contains("destroy"), past);
    }

    @Test
    void imagesAreTaggedSavedLoadedAndRemoved() throws Exception {
        Path archive = Files.createTempFile("saved", ".tar");
        try {
            docker.ok("tag", "busybox", "docker-it:one");
            assertEquals("docker-it", docker.ok("images", "docker-it", "--format", "{{.Repository}}"));
            assertEquals(
                    docker.ok("inspect", "-f", "{{.Id}}", "busybox"),
                    docker.ok("inspect", "-f", "{{.Id}}", "docker-it:one"));
            docker.ok("save", "-o", archive.toString(), "docker-it:one");
            assertTrue(docker.ok("rmi", "docker-it:one").contains("Untagged: docker-it:one"));
            docker.docker("rmi", "docker-it:one").fails(1, "No such image");
            assertTrue(docker.ok("load", "-i", archive.toString()).contains("Loaded image: docker-it:one"));
            assertTrue(docker.ok("history", "docker-it:one").contains("IMAGE"));
            docker.ok("rmi", "docker-it:one");
        } finally {
            Files.delete(archive);
        }
    }

    @Test
    void aRootFilesystemIsImported() throws Exception {
        Path dir = Files.createTempDirectory("root");
        try {
            Files.createDirectories(dir.resolve("bin"));
            Files.copy(Path.of("/bin/busybox"), dir.resolve("bin/busybox"));
            Process tar = new ProcessBuilder(
                            "tar",
                            "-C",
                            dir.toString(),
                            "-cf",
                            dir.resolve("../" + dir.getFileName() + ".tar").toString(),
                            ".")
                    .start();
            assertEquals(0, DockerCli.ends(tar));
            String id = docker.ok(
                    "import",
                    "--change",
                    "CMD [\"/bin/busybox\",\"echo\",\"imported\"]",
                    dir + ".tar",
                    "docker-it:imported");
            assertTrue(id.startsWith("sha256:"), id);
            assertEquals("imported", docker.ok("run", "--rm", "--network", "none", "docker-it:imported"));
            docker.ok("rmi", "docker-it:imported");
        } finally {
            Files.deleteIfExists(Path.of(dir + ".tar"));
            Files.delete(dir.resolve("bin/busybox"));
            Files.delete(dir.resolve("bin"));
            Files.delete(dir);
        }
    }

    @Test
    void networksConnectContainers() throws Exception {
        docker.ok("network", "create", "--subnet", "10.213.7.0/24", "--label", "a=b", "docker-it");
        try {
            docker.docker("network", "create", "docker-it").fails(1, "already exists");
            assertEquals(
                    "10.213.7.0/24",
                    docker.ok("network", "inspect", "-f", "{{(index .IPAM.Config 0).Subnet}}", "docker-it"));
            assertEquals("docker-it", docker.ok("network", "ls", "-f", "label=a=b", "--format", "{{.Name}}"));
            docker.ok(
                    "run",
                    "-d",
                    "--name",
                    "netted",
                    "--network",
                    "docker-it",
                    "--ip",
                    "10.213.7.9",
                    "busybox",
                    "sleep",
                    "1000");
            assertEquals(
                    "10.213.7.9",
                    docker.ok(
                            "inspect",
                            "-f",
                            "{{(index .NetworkSettings.Networks \"docker-it\").IPAddress}}",
                            "netted"));
            docker.ok("network", "disconnect", "docker-it", "netted");
            docker.ok("network", "connect", "docker-it", "netted");
            docker.docker("network", "rm", "docker-it").fails(1, "docker-it");
            docker.ok("rm", "-f", "netted");
        } finally {
            docker.docker("rm", "-f", "netted");
            docker.ok("network", "rm", "docker-it");
        }
        docker.docker("network", "rm", "bridge").fails(1, "pre-defined");
    }

    @Test
    void volumesOutliveContainers() throws Exception {
        assertEquals("kept", docker.ok("volume", "create", "--label", "a=b", "kept"));
        try {
            docker.ok("run", "--rm", "--network", "none", "-v", "kept:/v", "busybox", "sh", "-c", "echo data > /v/f");
            docker.ok(
                    "create",
                    "--name",
                    "user",
                    "--network",
                    "none",
                    "-v",
                    "kept:/v",
                    "-v",
                    "/anonymous",
                    "busybox",
                    "cat",
                    "/v/f");
            assertEquals("data", docker.ok("start", "-a", "user"));
            docker.docker("volume", "rm", "kept").fails(1, "volume is in use");
            assertEquals("kept", docker.ok("volume", "ls", "-q", "-f", "label=a=b"));
            assertEquals("b", docker.ok("volume", "inspect", "-f", "{{.Labels.a}}", "kept"));
            Path content = Path.of(docker.ok("volume", "inspect", "-f", "{{.Mountpoint}}", "kept"));
            assertEquals("data\n", Files.readString(content.resolve("f")));
            assertEquals(
                    "2", String.valueOf(docker.ok("volume", "ls", "-q").lines().count()));
            docker.ok("rm", "-v", "user");
            assertEquals("kept", docker.ok("volume", "ls", "-q"));
            assertEquals("kept", docker.ok("volume", "ls", "-q", "-f", "dangling=true"));
            String nameless = docker.ok("volume", "create");
            assertTrue(docker.ok("volume", "prune", "-f").contains(nameless));
            docker.docker("volume", "inspect", "no-such").fails(1, "no such volume");
        } finally {
            docker.docker("rm", "-f", "user");
            docker.ok("volume", "rm", "kept");
        }
    }

    @Test
    void namesChange() throws Exception {
        background("before");
        docker.ok("rename", "before", "after");
        assertEquals("/after", docker.ok("inspect", "-f", "{{.Name}}", "after"));
        docker.docker("inspect", "before").fails(1, "before");
        background("before");
        docker.docker("rename", "after", "before").fails(1, "is already in use");
        docker.docker("rename", "after", "after").fails(1, "same name");
        docker.ok("rename", "after", "third");
    }

    @Test
    void whatContainersUseIsSampled() throws Exception {
        docker.ok(
                "run",
                "-d",
                "--network",
                "none",
                "--name",
                "busy",
                "-m",
                "64m",
                "busybox",
                "sh",
                "-c",
                "while :; do :; done");
        String[] row = docker.ok(
                        "stats", "--no-stream", "--format", "{{.Name}} {{.CPUPerc}} {{.PIDs}} {{.MemUsage}}", "busy")
                .split(" ");
        assertEquals("busy", row[0]);
        assertTrue(Double.parseDouble(row[1].replace("%", "")) > 1, row[1]);
        assertEquals("1", row[2]);
        assertEquals("64MiB", row[5]);
        Process stream =
                docker.command("stats", "--format", "{{.Name}}", "busy").start();
        try {
            assertTrue(stream.inputReader().readLine().contains("busy"));
        } finally {
            stream.destroy();
            DockerCli.ends(stream);
        }
    }
}

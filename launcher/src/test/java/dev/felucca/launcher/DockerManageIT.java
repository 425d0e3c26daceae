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
        Process events = docker.command("events", "-f", "type=container", "--format", "{{.Action}}")
                .start();
        BufferedReader lines = events.inputReader();
        try {
            // the subscription is there when the first of these is heard
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
}

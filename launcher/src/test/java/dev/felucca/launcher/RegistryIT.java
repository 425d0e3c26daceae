package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.launcher.TestEngine.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Images from and to a real registry, with felucca's own command line and docker's. */
class RegistryIT {
    @Test
    void feluccaPushesAndPulls() throws Exception {
        try (RegistryServer registry = new RegistryServer(true);
                TestEngine engine = new TestEngine()) {
            String name = registry.host + "/team/box";
            engine.felucca("tag", "busybox", name + ":1").ok();
            engine.felucca("push", name + ":1").fails(1, "denied", "login");
            engine.felucca("login", "-u", "ada", "-p", "wrong", registry.host).fails(1, "login to " + registry.host);
            Result login = TestEngine.finish(
                    engine.command("login", "-u", "ada", "--password-stdin", registry.host)
                            .start(),
                    "secret\n");
            assertEquals("Login Succeeded\n", login.ok());
            Path kept = engine.data.resolve("registry/auth.json");
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)));
            String pushed = engine.felucca("push", name + ":1").ok();
            String digest = pushed.replaceAll("(?s).*1: digest: (sha256:[0-9a-f]{64}) size: .*", "$1");
            assertEquals(digest, digestBySkopeo(name + ":1"));
            assertTrue(engine.felucca("push", name + ":1").ok().contains("Layer already exists"));

            String id = engine.felucca("images", "-q", "--no-trunc", name).ok();
            engine.felucca("rmi", name + ":1", "busybox").ok();
            String pulled = engine.felucca("pull", name + ":1").ok();
            assertTrue(pulled.contains("Digest: " + digest + "\nStatus: Downloaded newer image for "), pulled);
            assertTrue(engine.felucca("pull", name + ":1").ok().contains("Status: Image is up to date for "));
            assertEquals(id, engine.felucca("images", "-q", "--no-trunc", name).ok());
            engine.felucca("rmi", name + ":1").ok();
            Result run = engine.felucca("run", "--rm", "--network", "none", name + "@" + digest, "echo", "pulled");
            assertEquals("pulled\n", run.ok());
            assertTrue(run.err().startsWith("Unable to find image '" + name + "@" + digest + "' locally\n"), run.err());
            engine.felucca("run", "--rm", "--pull", "never", name + ":2", "true")
                    .fails(125, "No such image");
            engine.felucca("run", "--rm", name + ":2", "true").fails(125, "No such image", "manifest unknown");
            engine.felucca("pull", "-q", name + ":1").ok();
            engine.felucca("run", "--rm", "--network", "none", "--pull", "always", "-q", name + ":1", "true")
                    .ok();

            engine.felucca("logout", registry.host).ok();
            engine.felucca("pull", name + ":1").fails(1, "denied");
            engine.felucca("pull", name + ":no:tag").fails(1, "invalid reference format");
            engine.felucca("rmi", "-f", id.strip()).ok();
        }
    }

    private static String digestBySkopeo(String reference) throws Exception {
        Process p = new ProcessBuilder(
                        "skopeo",
                        "inspect",
                        "--tls-verify=false",
                        "--creds",
                        "ada:secret",
                        "--format",
                        "{{.Digest}}",
                        "docker://" + reference)
                .start();
        return TestEngine.finish(p, "").ok().strip();
    }

    @Test
    void dockerPushesAndPulls() throws Exception {
        try (RegistryServer registry = new RegistryServer(false);
                DockerCli docker = new DockerCli()) {
            String name = registry.host + "/a/b";
            for (String tag : List.of("1", "2")) docker.ok("tag", "busybox", name + ":" + tag);
            String pushed = docker.ok("push", "-a", name);
            assertTrue(pushed.startsWith("The push refers to repository [" + name + "]"), pushed);
            assertTrue(pushed.matches("(?s).*1: digest: sha256:[0-9a-f]{64} size: \\d+\n.*2: digest: .*"), pushed);
            docker.docker("push", name + ":3").fails(1, "An image does not exist locally with the tag: " + name);
            docker.ok("tag", "busybox", registry.host + "/c:1");
            docker.ok("push", "-q", registry.host + "/c:1");

            docker.ok("rmi", name + ":1", name + ":2");
            String all = docker.ok("pull", "-a", name);
            assertTrue(all.contains("1: Pulling from " + name) && all.contains("2: Pulling from " + name), all);
            String digest = all.replaceAll("(?s).*?Digest: (sha256:[0-9a-f]{64}).*", "$1");
            assertTrue(docker.ok("image", "inspect", "-f", "{{.RepoDigests}}", name + ":1")
                    .contains(name + "@" + digest));
            docker.docker("pull", name + ":3").fails(1, "manifest for " + name + ":3 not found");
            String shown = docker.onTerminal("pull " + name + ":2", "").ok();
            assertTrue(shown.contains("Status: Image is up to date for " + name + ":2"), shown);
            docker.ok("rmi", name + ":1", name + ":2", registry.host + "/c:1");
            Result run = docker.docker("run", "--rm", "--network", "none", name + ":1", "echo", "pulled");
            assertEquals("pulled\n", run.ok());
            assertTrue(run.err().contains("Unable to find image '" + name + ":1' locally"), run.err());
        }
    }

    @Test
    void dockerLogsIn() throws Exception {
        try (RegistryServer registry = new RegistryServer(true);
                DockerCli docker = new DockerCli()) {
            String name = registry.host + "/a/b:1";
            docker.ok("tag", "busybox", name);
            docker.docker("push", name).fails(1, "denied");
            docker.input("wrong", "login", "-u", "ada", "--password-stdin", registry.host)
                    .fails(1, "login to " + registry.host);
            assertTrue(docker.input("secret", "login", "-u", "ada", "--password-stdin", registry.host)
                    .ok()
                    .contains("Login Succeeded"));
            docker.ok("push", name);
            docker.ok("rmi", name);
            docker.ok("pull", "-q", name);
            docker.ok("logout", registry.host);
            docker.docker("pull", name).fails(1, "denied");
        }
    }
}

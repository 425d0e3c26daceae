package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.launcher.TestEngine.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stack of three services with docker-compose, as Debian has it. */
class ComposeIT {
    private static final String PROGRAM = "/usr/bin/docker-compose";
    private static final String STACK =
            """
            version: "2.4"
            services:
              db:
                image: busybox
                command: sh -c "mkdir -p /www && echo from-db > /www/index.html && exec httpd -f -p 80 -h /www"
                volumes: [data:/data]
                networks: {back: {aliases: [database]}}
                healthcheck: {test: "test -e /www/index.html", interval: 100ms, retries: 100}
              web:
                image: busybox
                command: sh -c "mkdir -p /www && wget -q -O /www/index.html http://database/ && exec httpd -f -p 80 -h /www"
                depends_on: {db: {condition: service_healthy}}
                networks: [front, back]
                environment: [A=b]
                healthcheck: {test: "wget -q -O- http://localhost/", interval: 100ms, retries: 100}
              client:
                image: busybox
                command: sleep 1000
                depends_on: {web: {condition: service_healthy}}
                networks: [front]
            networks: {front: {}, back: {internal: true}}
            volumes: {data: {}}
            """;

    @TempDir
    private Path dir;

    private Result compose(DockerCli docker, String... arguments) throws Exception {
        List<String> words = new ArrayList<>(
                List.of(PROGRAM, "-H", "unix://" + docker.socket(), "-p", "stack", "-f", dir + "/stack.yml"));
        words.addAll(List.of(arguments));
        return TestEngine.finish(new ProcessBuilder(words).start(), "");
    }

    @Test
    void aStackGoesUpAndDown() throws Exception {
        assumeTrue(Files.isExecutable(Path.of(PROGRAM)), "missing here: the package docker-compose");
        Files.writeString(dir.resolve("stack.yml"), STACK);
        try (DockerCli docker = new DockerCli()) {
            compose(docker, "up", "-d").ok();
            assertEquals(
                    "from-db\n",
                    compose(docker, "exec", "-T", "client", "wget", "-q", "-O-", "http://web/")
                            .ok());
            String there = compose(docker, "ps").ok();
            assertTrue(there.contains("stack_db_1") && there.contains("Up (healthy)"), there);
            // on no common network
            assertEquals(
                    1,
                    compose(docker, "exec", "-T", "client", "wget", "-q", "http://database/")
                            .status());
            compose(docker, "up", "-d", "--scale", "client=2").ok();
            assertEquals(4, docker.ok("ps", "-q").lines().count());
            compose(docker, "restart", "-t", "0", "web").ok();
            assertEquals(
                    "b\n",
                    compose(docker, "exec", "-T", "web", "sh", "-c", "echo $A").ok());
            compose(docker, "logs", "--no-color").ok();
            compose(docker, "down", "-v", "-t", "0").ok();
            assertEquals("", docker.ok("ps", "-aq"));
            assertEquals("", docker.ok("volume", "ls", "-q"));
            assertEquals("", docker.ok("network", "ls", "-q", "-f", "name=stack"));
            docker.clean();
        }
    }
}

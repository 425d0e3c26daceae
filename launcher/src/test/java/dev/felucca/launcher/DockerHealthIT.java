package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Health checks, with the stock docker command line. */
class DockerHealthIT {
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

    private static void run(String name, String command, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "run",
                "-d",
                "--network",
                "none",
                "--name",
                name,
                "--health-cmd",
                command,
                "--health-interval",
                "100ms"));
        words.addAll(List.of(options));
        words.addAll(List.of("busybox", "sleep", "1000"));
        docker.ok(words.toArray(String[]::new));
    }

    /** Waits for the events of a container, in this order. */
    private static void told(String name, String... actions) throws Exception {
        Process events = docker.command(
                        "events",
                        "--since",
                        "1",
                        "-f",
                        "container=" + name,
                        "-f",
                        "event=health_status",
                        "--format",
                        "{{.Action}}")
                .start();
        try (BufferedReader lines = events.inputReader()) {
            for (String action : actions) {
                assertEquals("health_status: " + action, lines.readLine());
            }
        } finally {
            events.destroy();
            DockerCli.ends(events);
        }
    }

    @Test
    void healthComesAndGoes() throws Exception {
        run("hh", "cat /ok || { echo why; exit 1; }", "--health-retries", "2");
        told("hh", "unhealthy");
        assertEquals("unhealthy", docker.ok("inspect", "-f", "{{.State.Health.Status}}", "hh"));
        assertEquals(
                "1 why",
                docker.ok("inspect", "-f", "{{with index .State.Health.Log 0}}{{.ExitCode}} {{.Output}}{{end}}", "hh")
                        .replaceAll("(?s)cat: .*\n(?=why)", "")
                        .strip());
        docker.ok("exec", "hh", "touch", "/ok");
        told("hh", "unhealthy", "healthy");
        assertEquals("0", docker.ok("inspect", "-f", "{{.State.Health.FailingStreak}}", "hh"));
        assertTrue(docker.ok("ps").contains("(healthy)"));
        assertEquals("hh", docker.ok("ps", "-f", "health=healthy", "--format", "{{.Names}}"));
        assertEquals("", docker.ok("ps", "-f", "health=none", "--format", "{{.Names}}"));
    }

    @Test
    void whatHangsIsEndedAndHasFailed() throws Exception {
        run("hung", "sleep 1000", "--health-timeout", "200ms", "--health-retries", "1");
        told("hung", "unhealthy");
        assertTrue(docker.ok("inspect", "-f", "{{(index .State.Health.Log 0).Output}}", "hung")
                .contains("Health check exceeded timeout (0.2s)"));
    }

    @Test
    void whileItStartsAFailureDoesNotCount() throws Exception {
        run(
                "slow",
                "test -e /ok",
                "--health-retries",
                "1",
                "--health-start-period",
                "1000s",
                "--health-start-interval",
                "100ms",
                "--health-interval",
                "100ms");
        String log = "{{len .State.Health.Log}} {{.State.Health.Status}}";
        for (int i = 0; i < 300 && docker.ok("inspect", "-f", log, "slow").startsWith("0"); i++) Thread.sleep(50);
        assertTrue(docker.ok("inspect", "-f", log, "slow").matches("[1-5] starting"));
        docker.ok("exec", "slow", "touch", "/ok");
        told("slow", "healthy");
    }

    @Test
    void noneIsNone() throws Exception {
        docker.ok("run", "-d", "--network", "none", "--name", "none", "--no-healthcheck", "busybox", "sleep", "1000");
        assertEquals("<nil>", docker.ok("inspect", "-f", "{{.State.Health}}", "none"));
    }
}

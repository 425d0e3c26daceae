package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.launcher.TestEngine.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The stock docker command line on an engine of its own, or, with the system property {@code api.socket}, on the engine that listens
 * there (with an image busybox), which shows what the tests themselves are worth.
 */
final class DockerCli implements AutoCloseable {
    private static final String FOREIGN = System.getProperty("api.socket", "");

    private final String program;
    private final Path configuration;
    private final @Nullable TestEngine engine;
    private final String socket;

    DockerCli() throws Exception {
        program = find();
        configuration = Files.createTempDirectory("docker-config");
        engine = FOREIGN.isEmpty() ? new TestEngine() : null;
        if (engine != null) {
            engine.felucca("images").ok();
            socket = engine.roots.resolve("run/docker.sock").toString();
        } else {
            socket = FOREIGN;
        }
    }

    /** On the path, or where {@code launcher/setup} has unpacked it. */
    private static String find() {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", "/var/cache");
        List<String> places = new ArrayList<>(List.of(System.getenv("PATH").split(":")));
        places.add(cache + "/felucca-tests/docker/usr/bin");
        String found = places.stream()
                .map(p -> p + "/docker")
                .filter(p -> Files.isExecutable(Path.of(p)))
                .findFirst()
                .orElse("");
        assumeTrue(!found.isEmpty(), "missing here: the docker command line (launcher/setup packages test)");
        return found;
    }

    boolean isFelucca() {
        return engine != null;
    }

    Path socket() {
        return Path.of(socket);
    }

    /** The command, up to the socket, as words of a shell. */
    String words() {
        return program + " -H unix://" + socket;
    }

    ProcessBuilder command(String... arguments) {
        ProcessBuilder b =
                new ProcessBuilder(Stream.concat(Stream.of(program, "-H", "unix://" + socket), Stream.of(arguments))
                        .toList());
        b.environment().put("DOCKER_CONFIG", configuration.toString());
        b.environment().put("DOCKER_CLI_HINTS", "false");
        return b;
    }

    Result docker(String... arguments) throws Exception {
        return input("", arguments);
    }

    Result input(String typed, String... arguments) throws Exception {
        return TestEngine.finish(command(arguments).start(), typed);
    }

    String ok(String... arguments) throws Exception {
        return docker(arguments).ok().strip();
    }

    /** Under a terminal of 33 rows and 77 columns. */
    Result onTerminal(String arguments, String typed) throws Exception {
        ProcessBuilder b = new ProcessBuilder(
                "script", "-qec", "stty rows 33 cols 77; exec " + words() + " " + arguments, "/dev/null");
        b.environment().put("DOCKER_CONFIG", configuration.toString());
        b.environment().put("SHELL", "/bin/sh");
        return TestEngine.finish(b.start(), typed);
    }

    /** Removes all containers, and looks whether anything is left of them. */
    void clean() throws Exception {
        List<String> containers = docker("ps", "-aq").ok().lines().toList();
        if (!containers.isEmpty()) {
            List<String> words = new ArrayList<>(List.of("rm", "-f", "-v"));
            words.addAll(containers);
            docker(words.toArray(String[]::new)).ok();
        }
        if (engine != null) {
            assertEquals(List.of(), engine.left());
        }
    }

    /** How many threads the engine has. */
    int threads() {
        try (Stream<Path> tasks = Files.list(
                Path.of("/proc", java.util.Objects.requireNonNull(engine).pid(), "task"))) {
            return (int) tasks.count();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A process that was started is gone within ten seconds. */
    static int ends(Process p) throws InterruptedException {
        if (!p.waitFor(10, TimeUnit.SECONDS)) {
            p.destroyForcibly();
            throw new AssertionError("the client hangs");
        }
        return p.exitValue();
    }

    @Override
    public void close() throws Exception {
        try (Stream<Path> files = Files.walk(configuration)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
        if (engine != null) {
            engine.close();
        }
    }
}

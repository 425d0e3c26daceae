package dev.felucca.launcher;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The registry that everybody runs (Debian's docker-registry), on the loopback, at a port that is free. */
final class RegistryServer implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:([0-9]+)");
    /** Of the user ada, with the password secret. */
    private static final String HTPASSWD = "ada:$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW\n";

    private final Path directory;
    private final Process process;
    private final Thread log;
    final String host;

    /**
     * @param closed whether it asks for a user
     */
    RegistryServer(boolean closed) throws IOException {
        directory = Files.createTempDirectory("felucca-registry");
        Path configuration = directory.resolve("config.yml");
        Path users = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
        Files.writeString(
                configuration,
                """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:0"}
                """
                                .formatted(directory.resolve("storage"))
                        + (closed ? "auth: {htpasswd: {realm: here, path: " + users + "}}\n" : ""));
        process = new ProcessBuilder(find(), "serve", configuration.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        host = "127.0.0.1:" + port(out);
        log = new Thread(() -> out.lines().forEach(line -> {}), "registry-log");
        log.setDaemon(true);
        log.start();
    }

    private static String port(BufferedReader out) throws IOException {
        List<String> said = new ArrayList<>();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher m = LISTENING.matcher(line);
            if (m.find()) return m.group(1);
            said.add(line);
        }
        throw new AssertionError("the registry ended: " + said);
    }

    private static String find() {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", "/var/cache");
        List<String> places = new ArrayList<>(List.of(System.getenv("PATH").split(":")));
        places.add(cache + "/felucca-tests/docker/usr/bin");
        String found = places.stream()
                .map(p -> p + "/docker-registry")
                .filter(p -> Files.isExecutable(Path.of(p)))
                .findFirst()
                .orElse("");
        assumeTrue(!found.isEmpty(), "missing here: docker-registry (launcher/setup packages test)");
        return found;
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        process.waitFor();
        log.join();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(p);
        }
    }
}

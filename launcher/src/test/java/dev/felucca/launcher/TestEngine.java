package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An engine as a user has it, reached through the native client only, on roots and below a control group of its own. The first
 * command starts it. {@link #close} shuts it down and checks that nothing of it is left.
 */
final class TestEngine implements AutoCloseable {
    private static final String CLIENT =
            Path.of("target/felucca").toAbsolutePath().toString();
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    final Path roots;
    final Path data;
    private final Path run;
    private final String group;

    TestEngine() throws IOException {
        roots = Files.createTempDirectory("felucca-it");
        data = roots.resolve("data");
        run = roots.resolve("run");
        group = roots.getFileName().toString();
        Files.writeString(roots.resolve("felucca.json"), "{\"cgroup.raw\": {\"parent\": \"/" + group + "\"}}");
    }

    /** How a command of the client ended. */
    record Result(int status, String out, String err) {
        /** The output of a command that must succeed. */
        String ok() {
            assertEquals(0, status, out + err);
            return out;
        }

        /** A command that must fail so, with a message that has all of these texts. */
        void fails(int wanted, String... texts) {
            assertEquals(wanted, status, out + err);
            for (String t : texts) assertTrue(err.contains(t), () -> "no \"" + t + "\" in: " + err);
        }
    }

    ProcessBuilder command(String... arguments) {
        ProcessBuilder b = new ProcessBuilder(
                Stream.concat(Stream.of(CLIENT), Stream.of(arguments)).toList());
        b.environment().put("FELUCCA_DATA_ROOT", data.toString());
        b.environment().put("FELUCCA_RUN_ROOT", run.toString());
        b.environment().put("FELUCCA_CONFIG", roots.resolve("felucca.json").toString());
        return b;
    }

    Result felucca(String... arguments) throws Exception {
        return finish(command(arguments).start(), "");
    }

    static Result finish(Process p, String input) throws Exception {
        var err = CompletableFuture.supplyAsync(() -> text(p.errorReader(StandardCharsets.UTF_8)));
        try (OutputStream in = p.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String out = text(p.inputReader(StandardCharsets.UTF_8));
        assertTrue(p.waitFor(180, TimeUnit.SECONDS), "the client hangs");
        return new Result(p.exitValue(), out, err.get(10, TimeUnit.SECONDS));
    }

    private static String text(BufferedReader reader) {
        return reader.lines().map(l -> l + "\n").collect(Collectors.joining());
    }

    String inspect(String format, String container) throws Exception {
        return felucca("inspect", "--format", format, container).ok().strip();
    }

    String pid() throws IOException {
        return Files.readString(run.resolve("felucca.pid")).strip();
    }

    /** What containers hold on this host: mounts and control groups of this engine, its child processes, its containers. */
    List<String> left() throws Exception {
        List<String> left = new ArrayList<>();
        // while it runs, the engine holds its roots as private mounts
        mounts().stream()
                .filter(m -> !List.of(data.toString(), run.toString()).contains(m.split(" ")[4]))
                .forEach(m -> left.add("mount: " + m));
        groups().forEach(g -> left.add("group: " + g));
        try (Stream<Path> tasks = Files.list(Path.of("/proc", pid(), "task"))) {
            for (Path t : tasks.toList()) {
                for (String child : children(t)) {
                    if (!isSpare(child)) left.add("process: " + child);
                }
            }
        }
        felucca("ps", "-aq").ok().lines().map(c -> "container: " + c).forEach(left::add);
        return left;
    }

    /** An init that waits for its first plan, or a shim that has nothing but such ones. It is in no namespace of a container. */
    private static boolean isSpare(String pid) throws IOException {
        Path process = Path.of("/proc", pid);
        try {
            String program = Files.readSymbolicLink(process.resolve("exe")).toString();
            if (program.contains("felucca-shim")) {
                for (String child : children(process.resolve("task").resolve(pid))) {
                    if (!isSpare(child)) return false;
                }
                return true;
            }
            return program.contains("felucca-init")
                    && Files.readSymbolicLink(process.resolve("ns/pid"))
                            .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/pid")));
        } catch (NoSuchFileException gone) {
            return true; // a bootstrap that has just ended
        }
    }

    private static List<String> children(Path task) throws IOException {
        return Stream.of(Files.readString(task.resolve("children")).split(" "))
                .filter(c -> !c.isBlank())
                .toList();
    }

    private List<String> mounts() throws IOException {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return mounts.filter(m -> m.contains(roots.toString())).toList();
        }
    }

    /** The control groups of containers, in all hierarchies. */
    List<Path> groups() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path parent : parents()) {
            try (Stream<Path> entries = Files.list(parent)) {
                entries.filter(Files::isDirectory).forEach(found::add);
            }
        }
        return found;
    }

    private List<Path> parents() throws IOException {
        try (Stream<Path> controllers = Files.list(CGROUPS)) {
            return Stream.concat(Stream.of(CGROUPS), controllers)
                    .filter(c -> !Files.isSymbolicLink(c)) // cpu is cpu,cpuacct
                    .map(c -> c.resolve(group))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    @Override
    public void close() throws Exception {
        if (Files.exists(run.resolve("felucca.pid"))) {
            String containers = felucca("ps", "-aq").out().replace('\n', ' ').strip();
            if (!containers.isEmpty())
                felucca(("rm -f -v " + containers).split(" ")).ok();
            shutdown();
        }
        // what a user does wrong is no error of the engine
        try (Stream<String> log = Files.lines(data.resolve("felucca.log"))) {
            assertEquals(List.of(), log.filter(l -> l.contains(" ERROR ")).toList(), "errors in the engine's log");
        }
        clean();
    }

    void shutdown() throws Exception {
        felucca("shutdown").ok();
    }

    /** Removes the roots of an engine that is shut down. */
    void clean() throws IOException {
        assertEquals(List.of(), mounts(), "mounts that the engine left");
        for (Path parent : parents()) Files.delete(parent); // fails if it is not empty
        try (Stream<Path> files = Files.walk(roots)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(p);
        }
    }
}

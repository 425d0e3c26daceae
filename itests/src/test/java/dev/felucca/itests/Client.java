package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The engine in a process of its own, as the launcher starts it, and the native client. */
final class Client {
    private static final Path HOME =
            Path.of(System.getProperty("felucca.home", "..")).toAbsolutePath().normalize();
    private static final int NO_ENGINE = 0;

    final Roots roots;

    Client(Roots roots) {
        this.roots = roots;
    }

    /** How a command ended. */
    record Result(int status, String out, String err) {
        String ok() {
            assertEquals(out + err, 0, status);
            return out.strip();
        }
    }

    private Process launch(List<String> command) throws IOException {
        ProcessBuilder b = new ProcessBuilder(command);
        b.environment().put("FELUCCA_DATA_ROOT", roots.data().toString());
        b.environment().put("FELUCCA_RUN_ROOT", roots.run().toString());
        b.redirectOutput(Files.createTempFile(roots.base(), "out", "").toFile());
        b.redirectError(Files.createTempFile(roots.base(), "err", "").toFile());
        out = b.redirectOutput().file().toPath();
        err = b.redirectError().file().toPath();
        return b.start();
    }

    private Path out = Path.of("/dev/null");
    private Path err = Path.of("/dev/null");

    /** Runs a command of the client; it starts the engine if there is none. */
    Result felucca(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("launcher/target/felucca").toString()));
        command.addAll(List.of(arguments));
        return finish(launch(command));
    }

    /** Starts a command and does not wait. */
    Process begin(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("launcher/target/felucca").toString()));
        command.addAll(List.of(arguments));
        return launch(command);
    }

    /** What the command that was begun last prints. */
    Path output() {
        return out;
    }

    /** Another engine on other directories, in the foreground. */
    Result engine() throws IOException, InterruptedException {
        return finish(launch(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-jar",
                HOME.resolve("launcher/target/felucca-launcher.jar").toString())));
    }

    private Result finish(Process p) throws IOException, InterruptedException {
        Path o = out;
        Path e = err;
        boolean done = p.waitFor(Felucca.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!done) {
            p.destroyForcibly();
        }
        Result r = new Result(done ? p.exitValue() : -1, Files.readString(o), Files.readString(e));
        assertTrue("it hangs: " + r, done);
        return r;
    }

    /** Starts a container that runs on, made by these drivers; its id. */
    String start(Combo combo, String... command) throws IOException, InterruptedException {
        return felucca(run(combo, List.of("-d"), command).toArray(String[]::new))
                .ok();
    }

    /** The words of a run of busybox, made by these drivers. */
    static List<String> run(Combo combo, List<String> options, String... command) {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(options);
        words.addAll(drivers(combo));
        words.add("busybox");
        words.addAll(List.of(command));
        return words;
    }

    static List<String> drivers(Combo combo) {
        return List.of(
                "--network=none",
                "--runtime=" + combo.runtime(),
                "--annotation=felucca.storage=" + combo.storage(),
                "--annotation=felucca.cgroup=" + combo.cgroup(),
                "--annotation=felucca.namespace=" + combo.namespace());
    }

    /** What the Engine API answers to a GET. */
    String api(String path) throws IOException {
        // a socket's path holds 107 bytes
        Path run = roots.base().resolve("api");
        if (!Files.exists(run)) {
            Files.createSymbolicLink(run, roots.run());
        }
        try (SocketChannel c = SocketChannel.open(UnixDomainSocketAddress.of(run.resolve("docker.sock")))) {
            c.write(ByteBuffer.wrap(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(c).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    String inspect(String id, String format) throws IOException, InterruptedException {
        return felucca("inspect", "--format", format, id).ok();
    }

    /** The engine's process; 0 if there is none. */
    long pid() throws IOException {
        Path file = roots.run().resolve("felucca.pid");
        return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : NO_ENGINE;
    }

    /** SIGKILL to the engine, at once; returns when the process is gone. */
    void killEngine() throws IOException, InterruptedException {
        long pid = pid();
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        Waiting.until("the engine is gone", () -> !isAlive(pid));
    }

    /** Whether a process runs; one of which only the dead first thread is left, not waited for, does not. */
    static boolean isAlive(long pid) throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid));
        try {
            String stat = Files.readString(proc.resolve("stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z' || threads(proc) > 1;
        } catch (IOException | UncheckedIOException e) {
            if (Files.exists(proc)) {
                throw e;
            }
            return false;
        }
    }

    private static long threads(Path proc) throws IOException {
        try (Stream<Path> tasks = Files.list(proc.resolve("task"))) {
            return tasks.count();
        }
    }
}

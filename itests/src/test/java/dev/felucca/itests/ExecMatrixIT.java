package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineException.Kind;
import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.container.ExecConfig;
import dev.felucca.api.container.ExecInfo;
import dev.felucca.api.event.EngineEvent;
import dev.felucca.api.exec.ExecFailedException;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.api.spec.Box;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.Test;

/** More programs in a running container. */
public class ExecMatrixIT extends MatrixBase {
    private static final int SIGTERM = 15;

    public ExecMatrixIT(Combo combo) {
        super(combo);
    }

    private record Result(int code, String out, String err) {}

    private static ExecConfig config(String... cmd) {
        return new ExecConfig(List.of(cmd), List.of(), null, null, false, false, false, null);
    }

    private static ExecConfig as(@Nullable String user, boolean privileged, String script) {
        return new ExecConfig(
                List.of("sh", "-c", script), List.of("X=from exec"), "/tmp", user, false, false, privileged, null);
    }

    private Result exec(String container, ExecConfig config) throws Exception {
        String id = execs.create(container, config).id();
        Output output = new Output();
        try (Attachment a = execs.attach(id, false, output)) {
            Felucca.get(execs.start(id, null));
            int code = Felucca.get(execs.wait(id)).code();
            if (config.tty()) {
                output.awaitEnd(StreamKind.STDOUT);
            } else {
                output.awaitEnd(StreamKind.STDOUT, StreamKind.STDERR);
            }
            return new Result(code, output.out(), output.err());
        }
    }

    private String sleeper() {
        return felucca.start(busybox("sleep", "1000"));
    }

    @Test
    public void codesAndStreamsAreTheProgramsOwn() throws Exception {
        String id = sleeper();
        assertEquals(new Result(0, "hi\n", ""), exec(id, config("echo", "hi")));
        assertEquals(new Result(42, "out\n", "err\n"), exec(id, config("sh", "-c", "echo out; echo err >&2; exit 42")));
        assertEquals(128 + 9, exec(id, config("sh", "-c", "kill -9 $$")).code());
    }

    @Test
    public void itIsInTheContainersNamespacesGroupAndRoot() throws Exception {
        String id = sleeper();
        String init = Integer.toString(felucca.info(id).state().pid());
        List<String> types = List.of("mnt", "uts", "ipc", "pid", "net", "cgroup");
        String script =
                types.stream().map(t -> "readlink /proc/self/ns/" + t + ";").reduce("", String::concat);
        StringBuilder wanted = new StringBuilder();
        for (String t : types) {
            wanted.append(Files.readSymbolicLink(Path.of("/proc", init, "ns", t)))
                    .append('\n');
        }
        assertEquals(wanted.toString(), exec(id, config("sh", "-c", script)).out());
        ExecInfo running = execs.create(id, config("sleep", "1000"));
        Felucca.get(execs.start(running.id(), null));
        int pid = execs.get(running.id()).pid();
        assertEquals(
                Files.readString(Path.of("/proc", init, "cgroup")),
                Files.readString(Path.of("/proc", Integer.toString(pid), "cgroup")));
    }

    @Test
    public void capabilitiesAndFilterAreTheContainersUnlessPrivileged() throws Exception {
        String id = sleeper();
        String init = Integer.toString(felucca.info(id).state().pid());
        String wanted = Files.readString(Path.of("/proc", init, "status"))
                .lines()
                .filter(l -> l.matches("(Cap|Seccomp:|NoNewPrivs).*"))
                .map(l -> l + "\n")
                .reduce("", String::concat);
        String show = "grep -E '^(Cap|Seccomp:|NoNewPrivs)' /proc/self/status";
        assertEquals(wanted, exec(id, as(null, false, show)).out());
        String all = exec(id, as(null, true, show)).out();
        // OCI runtimes cannot leave the container's filter away
        assertTrue(all, all.contains(combo.isOci() ? "Seccomp:\t2" : "Seccomp:\t0"));
        String engine = Files.readString(Path.of("/proc/self/status"))
                .lines()
                .filter(l -> l.startsWith("CapBnd"))
                .findFirst()
                .orElseThrow();
        assertTrue(all, all.contains(engine));
    }

    @Test
    public void userDirectoryAndEnvironment() throws Exception {
        String id = felucca.start(busybox("sleep", "1000").env("Y=from container"));
        assertEquals(
                new Result(0, "65534\n/tmp\nfrom exec, from container\n", ""),
                exec(id, as("nobody", false, "id -u; pwd; echo $X, $Y")));
        EngineException e = felucca.failureOf(Kind.INVALID, () -> run(id, as("no-such-user", false, "true")));
        assertTrue(e.message(), e.message().contains("no-such-user"));
        felucca.failureOf(Kind.INVALID, () -> execs.create(id, config()));
    }

    private void run(String id, ExecConfig config) {
        Felucca.get(execs.start(execs.create(id, config).id(), null));
    }

    @Test
    public void whatCannotBeExecutedIsToldByCode() {
        String id = sleeper();
        for (var e : List.of(
                new Result(127, "nosuch", "executable file not found in $PATH"),
                new Result(127, "/no/such", "no such file or directory"),
                new Result(126, "/etc/passwd", "permission denied"),
                new Result(126, "/etc", "is a directory"))) {
            String exec = execs.create(id, config(e.out())).id();
            EngineException told = felucca.failureOf(Kind.INVALID, () -> Felucca.get(execs.start(exec, null)));
            // OCI runtimes have their own words
            String words = combo.isOci() ? "runtime " + combo.runtime() + ": exec: " : e.err();
            assertTrue(told.message(), told.message().contains(words));
            assertEquals(e.code(), told instanceof ExecFailedException x ? x.exitCode() : -1);
            assertEquals(e.code(), Felucca.get(execs.wait(exec)).code());
            assertEquals(e.code(), execs.get(exec).exitCode());
        }
    }

    @Test
    public void inputEndsWithItsClient() throws Exception {
        String id = sleeper();
        String exec = execs.create(id, new ExecConfig(List.of("cat"), List.of(), null, null, false, true, false, null))
                .id();
        Output output = new Output();
        try (Attachment a = execs.attach(exec, true, output)) {
            a.stdin(ByteBuffer.wrap("early\n".getBytes(StandardCharsets.UTF_8)), n -> {});
            Felucca.get(execs.start(exec, null));
            output.await(o -> o.equals("early\n"));
            a.stdin(ByteBuffer.wrap("late\n".getBytes(StandardCharsets.UTF_8)), n -> {});
            a.closeStdin();
            assertEquals(0, Felucca.get(execs.wait(exec)).code());
        }
        assertEquals("early\nlate\n", output.out());
        felucca.failureOf(
                Kind.INVALID,
                () -> execs.attach(execs.create(id, config("true")).id(), true, new Output()));
    }

    @Test
    public void aTerminalHasItsSizeFromTheFirstMoment() throws Exception {
        String id = sleeper();
        ExecConfig tty = new ExecConfig(
                List.of("sh", "-c", "stty size; tty; read x; stty size"),
                List.of(),
                null,
                null,
                true,
                true,
                false,
                new Box(11, 22));
        String exec = execs.create(id, tty).id();
        Output output = new Output();
        try (Attachment a = execs.attach(exec, true, output)) {
            Felucca.get(execs.start(exec, new Box(33, 77)));
            output.await(o -> o.contains("/dev/pts/"));
            assertTrue(output.out(), output.out().startsWith("33 77\r\n"));
            execs.resize(exec, 44, 88);
            a.stdin(ByteBuffer.wrap("\n".getBytes(StandardCharsets.UTF_8)), n -> {});
            assertEquals(0, Felucca.get(execs.wait(exec)).code());
        }
        assertTrue(output.out(), output.out().endsWith("44 88\r\n"));
        felucca.failureOf(Kind.CONFLICT, () -> execs.resize(exec, 1, 1));
    }

    @Test
    public void itDiesWithItsContainer() throws Exception {
        String id = sleeper();
        ExecInfo exec = execs.create(id, config("sleep", "1000"));
        Felucca.get(execs.start(exec.id(), null));
        assertEquals(ExecInfo.Status.RUNNING, execs.get(exec.id()).status());
        ExecInfo never = execs.create(id, config("true"));
        felucca.kill(id, 9);
        felucca.waitFor(id);
        assertEquals(137, Felucca.get(execs.wait(exec.id())).code());
        assertEquals(ExecInfo.Status.EXITED, execs.get(exec.id()).status());
        felucca.failureOf(Kind.CONFLICT, () -> Felucca.get(execs.start(never.id(), null)));
        EngineException e = felucca.failureOf(Kind.CONFLICT, () -> execs.create(id, config("true")));
        assertTrue(e.message(), e.message().contains("is not running"));
        felucca.start(id);
        felucca.failureOf(Kind.NOT_FOUND, () -> execs.get(exec.id()));
        assertEquals(List.of(), execs.list(id));
    }

    @Test
    public void aPausedContainerTakesNone() {
        String id = sleeper();
        felucca.pause(id);
        EngineException e = felucca.failureOf(Kind.CONFLICT, () -> execs.create(id, config("true")));
        assertTrue(e.message(), e.message().contains("is paused, unpause the container before exec"));
    }

    @Test
    public void signalsReachItAndItRunsOnce() throws Exception {
        String id = sleeper();
        String exec = execs.create(
                        id, config("sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done"))
                .id();
        Output output = new Output();
        try (Attachment a = execs.attach(exec, false, output)) {
            Felucca.get(execs.start(exec, null));
            output.await(o -> o.contains("ready"));
            Felucca.get(execs.signal(exec, SIGTERM));
            assertEquals(7, Felucca.get(execs.wait(exec)).code());
        }
        felucca.failureOf(Kind.CONFLICT, () -> Felucca.get(execs.start(exec, null)));
        felucca.failureOf(Kind.CONFLICT, () -> Felucca.get(execs.signal(exec, SIGTERM)));
    }

    @Test
    public void manyAtOnceWithTheirEvents() throws Exception {
        String id = sleeper();
        Instant before = Instant.now();
        List<CompletableFuture<Integer>> codes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String exec =
                    execs.create(id, config("sh", "-c", "exit " + (i + 1))).id();
            codes.add(execs.start(exec, null)
                    .thenCompose(v -> execs.wait(exec))
                    .thenApply(s -> s.code())
                    .toCompletableFuture());
        }
        for (int i = 0; i < 30; i++) {
            assertEquals(i + 1, (int) Felucca.get(codes.get(i)));
        }
        List<EngineEvent> told =
                events.since(before).stream().filter(e -> e.actor().equals(id)).toList();
        assertEquals(
                30,
                told.stream()
                        .filter(e -> e.action().startsWith("exec_create: sh -c"))
                        .count());
        assertEquals(
                30,
                told.stream()
                        .filter(e -> e.action().startsWith("exec_start: sh -c"))
                        .count());
        assertEquals(
                30, told.stream().filter(e -> e.action().equals("exec_die")).count());
        assertEquals(30, execs.list(id).size());
    }
}

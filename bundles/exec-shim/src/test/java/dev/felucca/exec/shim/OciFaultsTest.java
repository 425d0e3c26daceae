package dev.felucca.exec.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExecRequest;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.Spec;
import dev.felucca.api.trace.Trace;
import dev.felucca.contracts.exec.BackendSuite;
import dev.felucca.contracts.exec.Specs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A runtime that goes wrong at one of its subcommands: a script around a sound one. */
class OciFaultsTest extends BackendSuite {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(20);

    /** Called with {@code --root DIR --log FILE --log-format json FAULT SUBCOMMAND} before the command itself. */
    private static final String SCRIPT =
            """
            #!/bin/sh
            root=$2 log=$4 fault=$7 at=$8
            shift 8
            [ "$1" != "$at" ] || case $fault in
            CRASHES) kill -SEGV $$ ;;
            FAILS) echo "not today" >&2; exit 3 ;;
            LOGS) printf '{"level":"error","msg":"said in the log"}\n' >>"$log"; exit 1 ;;
            HANGS) sleep 1000 & wait ;;
            esac
            exec /usr/bin/crun --root "$root" --log "$log" --log-format json "$@"
            """;

    enum Fault {
        CRASHES("signal 11"),
        FAILS("not today"),
        LOGS("said in the log"),
        HANGS("did not end within 1.0 s and was killed");

        private final String words;

        Fault(String words) {
            this.words = words;
        }
    }

    @TempDir
    Path scripts = Path.of("/");

    private final String id = UUID.randomUUID().toString().replace("-", "");
    private final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
    private String at = "";
    private String fault = "";

    @BeforeEach
    void aSoundRuntimeIsThere() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/crun")), "needs /usr/bin/crun (package crun)");
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        fault = "";
        backend().delete(id);
        for (String kind : List.of("oci", "shim")) {
            assertFalse(Files.exists(TestBackend.RUN.resolve(kind).resolve(id)), kind);
        }
        try (var hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path h : hierarchies.toList()) {
                // of a runtime that did not come to remove it
                Files.deleteIfExists(h.resolve("felucca-test-" + id));
            }
        }
    }

    @Override
    protected ExecutionBackend backend() {
        Path script = scripts.resolve("runtime");
        if (!Files.exists(script)) {
            try {
                Files.writeString(script, SCRIPT);
                Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return TestBackend.create(new OciDefinition("faulty", script, List.of(fault, at), true, PATIENCE));
    }

    @Override
    protected void awaitSpares() {
        TestBackend.awaitSpares();
    }

    @Override
    protected String runtime() {
        return "faulty";
    }

    private Spec spec() {
        return OciSuite.grouped(id, Specs.shell("sleep 1000"));
    }

    private CreatedProcess create() {
        return backend().create(request(id, spec(), new UserRequest("", List.of()), false, BIRTH, exit::complete));
    }

    private CreatedProcess started() {
        CreatedProcess made = create();
        backend().start(id);
        return made;
    }

    private void goesWrong(Fault how, String subcommand, Runnable call) {
        fault = how.name();
        at = subcommand;
        long begun = System.nanoTime();
        EngineException e = assertThrows(EngineException.class, call::run);
        assertTrue(e.message().contains("runtime faulty: " + subcommand), e.message());
        assertTrue(e.message().contains(how.words), e.message());
        assertTrue(System.nanoTime() - begun < LONG.toNanos(), "it does not wait without end");
    }

    private int code() throws Exception {
        return exit.get(LONG.toSeconds(), TimeUnit.SECONDS).code();
    }

    @ParameterizedTest
    @EnumSource
    void atItsVersion(Fault how) {
        goesWrong(how, "--version", this::create);
    }

    @ParameterizedTest
    @EnumSource
    void atCreate(Fault how) throws IOException {
        Held before = held();
        goesWrong(how, "create", this::create);
        assertHeld(before);
        assertFalse(exit.isDone());
    }

    @ParameterizedTest
    @EnumSource
    void atStart(Fault how) throws Exception {
        CreatedProcess init = create();
        goesWrong(how, "start", () -> backend().start(id));
        backend().delete(id);
        assertEquals(137, code());
        assertFalse(Files.exists(Path.of("/proc/" + init.pid())));
    }

    @ParameterizedTest
    @EnumSource
    void atExec(Fault how) {
        started();
        goesWrong(how, "exec", () -> backend()
                .exec(new ExecRequest(
                        id,
                        "exec" + id,
                        runtime(),
                        spec(),
                        spec().process(),
                        new UserRequest("", List.of()),
                        List.of(),
                        false,
                        BIRTH,
                        s -> {},
                        Trace.NONE,
                        LONG)));
        assertFalse(exit.isDone());
    }

    @ParameterizedTest
    @EnumSource
    void atKillWhichSigkillDoesNotNeed(Fault how) throws Exception {
        started();
        goesWrong(how, "kill", () -> backend().signal(id, 15));
        assertFalse(exit.isDone());
        backend().signal(id, 9);
        assertEquals(137, code());
    }

    @ParameterizedTest
    @EnumSource
    void atPauseResumeAndUpdate(Fault how) {
        started();
        goesWrong(how, "pause", () -> backend().pause(id));
        goesWrong(how, "resume", () -> backend().resume(id));
        goesWrong(how, "update", () -> backend().update(id, LinuxResources.EMPTY));
        assertFalse(exit.isDone());
    }

    @ParameterizedTest
    @EnumSource
    void atDeleteAllIsGoneAllTheSame(Fault how) throws Exception {
        CreatedProcess init = started();
        goesWrong(how, "delete", () -> backend().delete(id));
        assertEquals(137, code());
        assertFalse(Files.exists(Path.of("/proc/" + init.pid())));
    }

    @Test
    void aProgramThatIsNotThereOrNotExecutableOrNoRuntime() throws IOException {
        Path file = Files.writeString(scripts.resolve("plain"), "#!/bin/sh\necho hello\n");
        refused(scripts.resolve("gone"), "is not there; install it");
        refused(file, "is no executable file");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        refused(file, "is no OCI runtime: its --version names no version, but says: hello");
        Files.writeString(file, "#!/bin/sh\necho old version 3\necho spec: 0.6.0\n");
        refused(file, "1.0 or later is needed");
        Files.write(file, new byte[] {1, 2, 3});
        refused(file, "is no program for this machine");
    }

    private void refused(Path program, String words) {
        EngineException e = assertThrows(EngineException.class, () -> TestBackend.create(
                        new OciDefinition("faulty", program, List.of(), false, PATIENCE))
                .create(request(id, spec(), new UserRequest("", List.of()), false, BIRTH, exit::complete)));
        assertEquals(EngineException.Kind.UNAVAILABLE, e.kind());
        assertTrue(e.message().contains(words), e.message());
    }
}

package dev.felucca.exec.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.exec.Birth;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExecRequest;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.ProcessListener;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.Spec;
import dev.felucca.api.trace.Trace;
import dev.felucca.contracts.exec.BackendSuite;
import dev.felucca.contracts.exec.Specs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shim is killed at one of the steps of a container's life: it is told, nothing hangs, nothing is left. */
class ShimDeathTest extends BackendSuite {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final String id = UUID.randomUUID().toString().replace("-", "");
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private String runtime = "native";

    private final ProcessListener listener = new ProcessListener() {
        @Override
        public void exited(ExitStatus status) {
            end.complete("" + status.code());
        }

        @Override
        public void exited(ExitStatus status, String reason) {
            end.complete(status.code() + " " + reason);
        }
    };

    @Override
    protected ExecutionBackend backend() {
        return TestBackend.create();
    }

    @Override
    protected void awaitSpares() {
        TestBackend.awaitSpares();
    }

    @Override
    protected String runtime() {
        return runtime;
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        backend().delete(id);
        assertFalse(Files.exists(TestBackend.RUN.resolve("shim").resolve(id)));
        assertFalse(Files.exists(TestBackend.RUN.resolve("oci").resolve(id)));
        try (var hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path h : hierarchies.toList()) {
                // a cgroup manager's to remove
                Files.deleteIfExists(h.resolve("felucca-test-" + id));
            }
        }
    }

    private void with(String name) {
        runtime = name;
        assumeTrue(
                name.equals("native") || Files.isExecutable(Path.of("/usr/bin/" + name)), "needs the package " + name);
    }

    private Spec spec() {
        return OciSuite.grouped(id, Specs.shell("sleep 1000"));
    }

    private CreatedProcess create(Birth birth) {
        return backend().create(request(id, spec(), new UserRequest("", List.of()), false, birth, listener));
    }

    private static void killShimOf(int pid) {
        ProcessHandle shim =
                ProcessHandle.of(pid).flatMap(ProcessHandle::parent).orElseThrow();
        shim.destroyForcibly();
        shim.onExit().orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static final Birth KILLING = new Birth() {
        @Override
        public void place(int pid) {}

        @Override
        public void placed(int pid) {
            killShimOf(pid);
        }
    };

    private void toldAndGone(CreatedProcess init) throws Exception {
        String told = end.get(LONG.toSeconds(), TimeUnit.SECONDS);
        assertTrue(told.startsWith("137 the shim of the container"), told);
        assertFalse(Files.exists(Path.of("/proc/" + init.pid())) && !isZombie(init.pid()));
    }

    /** An orphan is reaped by a process that is none of ours, soon. */
    private static boolean isZombie(int pid) throws IOException {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/stat")).matches("(?s).*\\) Z .*");
        } catch (java.nio.file.NoSuchFileException e) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "crun"})
    void atTheBirth(String name) throws IOException {
        with(name);
        Held before = held();
        assertThrows(EngineException.class, () -> {
            create(KILLING);
            backend().start(id);
        });
        backend().delete(id);
        assertHeld(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "crun"})
    void beforeTheStart(String name) throws Exception {
        with(name);
        CreatedProcess init = create(BIRTH);
        killShimOf(init.pid());
        toldAndGone(init);
        assertThrows(EngineException.class, () -> backend().start(id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "crun"})
    void whileItRuns(String name) throws Exception {
        with(name);
        CreatedProcess init = create(BIRTH);
        backend().start(id);
        killShimOf(init.pid());
        toldAndGone(init);
        EngineException e = assertThrows(EngineException.class, () -> backend().signal(id, 15));
        assertEquals(EngineException.Kind.NOT_FOUND, e.kind());
        assertThrows(EngineException.class, () -> exec(BIRTH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"native"})
    void atTheBirthOfAnExec(String name) throws Exception {
        with(name);
        CreatedProcess init = create(BIRTH);
        backend().start(id);
        assertThrows(
                EngineException.class,
                () -> exec(new Birth() {
                    @Override
                    public void place(int pid) {
                        killShimOf(init.pid());
                    }

                    @Override
                    public void placed(int pid) {}
                }));
        toldAndGone(init);
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "crun"})
    void afterTheEnd(String name) throws Exception {
        with(name);
        CreatedProcess init = create(BIRTH);
        backend().start(id);
        ProcessHandle shim =
                ProcessHandle.of(init.pid()).flatMap(ProcessHandle::parent).orElseThrow();
        backend().signal(id, 9);
        assertEquals("137", end.get(LONG.toSeconds(), TimeUnit.SECONDS));
        shim.destroyForcibly();
        shim.onExit().orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();
    }

    private void exec(Birth birth) {
        backend()
                .exec(new ExecRequest(
                        id,
                        "exec" + id,
                        runtime(),
                        spec(),
                        spec().process(),
                        new UserRequest("", List.of()),
                        List.of(),
                        false,
                        birth,
                        s -> {},
                        Trace.NONE,
                        LONG));
    }
}

package dev.felucca.contracts.exec;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.api.exec.Birth;
import dev.felucca.api.exec.CreateRequest;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExecRequest;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.ProcessListener;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Spec;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the suites share: a root filesystem for each test, containers that are deleted at its end, and a look for what is left. */
public abstract class BackendSuite {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    protected Path root = Path.of("/");
    private final List<String> containers = new ArrayList<>();
    private Held before = new Held(0, 0, 0);

    /** The backend under test; may be a new object at each call, as after an update of its bundle. */
    protected abstract ExecutionBackend backend();

    @BeforeEach
    final void makeRoot() throws IOException {
        assumeTrue(BusyboxRoot.isAvailable(), "needs /bin/busybox (package busybox-static)");
        root = Files.createTempDirectory("felucca-root");
        BusyboxRoot.make(root);
        backend().probe();
        before = held();
    }

    @AfterEach
    final void removeRoot() throws IOException {
        containers.forEach(id -> {
            backend().delete(id);
            release(id);
        });
        assertHeld(before);
        try (var paths = Files.walk(root)) {
            for (Path p : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(p);
            }
        }
    }

    /**
     * What a namespace strategy does before the birth: the spec with its entries of {@code linux.namespaces}. Without it all of them
     * are the backend's to make.
     */
    protected Spec prepare(String containerId, Spec spec) {
        return spec;
    }

    /** What a namespace strategy does after the run. */
    protected void release(String containerId) {}

    /** Waits until whatever the backend keeps ready for runs to come is there; what is being ended may be there still. */
    protected void awaitSpares() {}

    /**
     * How much of the kernel's is held.
     *
     * @param descriptors of this process
     * @param children of this process
     * @param mounts of the container's root
     */
    protected record Held(long descriptors, long children, long mounts) {
        boolean isMoreThan(Held other) {
            return descriptors > other.descriptors || children > other.children || mounts > other.mounts;
        }
    }

    /** The pump closes streams, and children that have ended are reaped, in threads of their own, soon. */
    protected final void assertHeld(Held before) throws IOException {
        long limit = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        Held now = look();
        while (now.isMoreThan(before) && System.nanoTime() < limit) {
            Thread.onSpinWait();
            now = look();
        }
        assertFalse(now.isMoreThan(before), "left: " + now + ", before: " + before);
    }

    /** What is held with all spare processes there; it may be more than what will be held at rest, and is never less. */
    protected final Held held() throws IOException {
        awaitSpares();
        return look();
    }

    private Held look() throws IOException {
        try (var fds = Files.list(Path.of("/proc/self/fd"));
                var mounts = Files.lines(Path.of("/proc/self/mountinfo"));
                var children = ProcessHandle.current().children()) {
            String place = root.toString();
            return new Held(
                    fds.count(),
                    children.count(),
                    mounts.filter(m -> m.contains(place)).count());
        }
    }

    /** A container of the test. */
    protected final class Container {
        final String id = UUID.randomUUID().toString().replace("-", "");
        final Capture capture = new Capture();
        final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
        final CreatedProcess process;

        Container(Spec spec, UserRequest user, boolean openStdin) {
            this(spec, user, openStdin, List.of());
        }

        Container(Spec spec, UserRequest user, boolean openStdin, List<Integer> procs) {
            containers.add(id);
            try {
                process = backend()
                        .create(request(
                                id, prepare(id, spec), user, openStdin, procs, BIRTH, exit::complete, DEADLINE));
            } catch (RuntimeException e) {
                release(id);
                throw e;
            }
            process.io().begin(capture);
        }

        Container start() {
            backend().start(id);
            return this;
        }

        /** Waits for the exit and the end of the output; the exit code. */
        int code() {
            int code = status(exit).code();
            capture.awaitEnds(1);
            return code;
        }

        String out() {
            code();
            capture.awaitEnds(2);
            return capture.out();
        }
    }

    /** One more process in a container of the test. */
    protected final class Exec {
        final String id = UUID.randomUUID().toString().replace("-", "");
        final Capture capture = new Capture();
        final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
        final CreatedProcess process;
        private final int streams;

        Exec(Container in, Spec spec, Process program) {
            this(in, spec, program, List.of());
        }

        Exec(Container in, Spec spec, Process program, List<Integer> procs) {
            streams = program.terminal() ? 1 : 2;
            process = backend()
                    .exec(new ExecRequest(
                            in.id,
                            id,
                            runtime(),
                            spec,
                            program,
                            new UserRequest("", List.of()),
                            procs,
                            false,
                            BIRTH,
                            exit::complete,
                            Trace.NONE,
                            DEADLINE));
            process.io().begin(capture);
        }

        int code() {
            int code = status(exit).code();
            capture.awaitEnds(streams);
            return code;
        }
    }

    /** As with a cgroup manager and a network that have nothing to do. */
    protected static final Birth BIRTH = new Birth() {
        @Override
        public void place(int pid) {}

        @Override
        public void placed(int pid) {}
    };

    protected static ExitStatus status(CompletableFuture<ExitStatus> exit) {
        try {
            return exit.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no exit was told", e);
        }
    }

    /** The runtime under test. */
    protected String runtime() {
        return backend().runtimes().iterator().next();
    }

    protected final CreateRequest request(
            String id, Spec spec, UserRequest user, boolean openStdin, Birth birth, ProcessListener listener) {
        return request(id, spec, user, openStdin, List.of(), birth, listener, DEADLINE);
    }

    /** The container's root filesystem. */
    protected MountSpec rootfs() {
        return MountSpec.bind(root.toString(), false);
    }

    protected final CreateRequest request(
            String id,
            Spec spec,
            UserRequest user,
            boolean openStdin,
            List<Integer> procs,
            Birth birth,
            ProcessListener listener,
            Duration deadline) {
        return new CreateRequest(
                id,
                runtime(),
                spec,
                user,
                List.of(rootfs()),
                procs,
                null,
                openStdin,
                null,
                birth,
                listener,
                Trace.NONE,
                deadline);
    }

    protected final Container create(Spec spec) {
        return new Container(spec, new UserRequest("", List.of()), false);
    }

    protected final Container run(Spec spec) {
        return create(spec).start();
    }

    /** What a shell script in a default container prints. */
    protected final String output(String script) {
        return run(Specs.shell(script)).out();
    }
}

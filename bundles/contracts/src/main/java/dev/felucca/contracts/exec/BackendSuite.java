package dev.felucca.contracts.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.Netlink;
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
    private String before = "";

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
        containers.forEach(backend()::delete);
        // The pump closes streams in its own thread, soon.
        long limit = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!before.equals(held()) && System.nanoTime() < limit) {
            Thread.onSpinWait();
        }
        assertEquals(before, held(), "descriptors, children and mounts left");
        try (var paths = Files.walk(root)) {
            for (Path p : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(p);
            }
        }
    }

    /** How much of the kernel's is held: descriptors, child processes and mounts of the engine. */
    protected static String held() throws IOException {
        try (var fds = Files.list(Path.of("/proc/self/fd"));
                var mounts = Files.lines(Path.of("/proc/self/mountinfo"));
                var children = ProcessHandle.current().children()) {
            return fds.count() + " descriptors, " + children.count() + " children, " + mounts.count() + " mounts";
        }
    }

    /** A container of the test. */
    protected final class Container {
        final String id = UUID.randomUUID().toString().replace("-", "");
        final Capture capture = new Capture();
        final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
        final CreatedProcess process;

        Container(Spec spec, UserRequest user, boolean openStdin) {
            containers.add(id);
            process = backend().create(request(id, spec, user, openStdin, BIRTH, exit::complete));
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

        Exec(Container in, Spec spec, Process program) {
            process = backend()
                    .exec(new ExecRequest(
                            in.id,
                            id,
                            runtime(),
                            spec,
                            program,
                            new UserRequest("", List.of()),
                            List.of(),
                            false,
                            NO_BIRTH,
                            exit::complete,
                            Trace.NONE,
                            DEADLINE));
            process.io().begin(capture);
        }

        int code() {
            int code = status(exit).code();
            capture.awaitEnds(2);
            return code;
        }
    }

    protected static final Birth NO_BIRTH = new Birth() {
        @Override
        public void place(int pid) {}

        @Override
        public void placed(int pid) {}
    };

    /** What the namespace strategy clone does around a birth. */
    protected static final Birth BIRTH = new Birth() {
        @Override
        public void place(int pid) {}

        @Override
        public void placed(int pid) {
            try (var network = Namespaces.of(pid, NamespaceType.NETWORK);
                    var own = Namespaces.own(NamespaceType.NETWORK)) {
                if (Namespaces.inode(network) != Namespaces.inode(own)) {
                    Netlink.loopbackUp(network);
                }
            }
        }
    };

    protected static ExitStatus status(CompletableFuture<ExitStatus> exit) {
        try {
            return exit.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no exit was told", e);
        }
    }

    protected final String runtime() {
        return backend().runtimes().iterator().next();
    }

    protected final CreateRequest request(
            String id, Spec spec, UserRequest user, boolean openStdin, Birth birth, ProcessListener listener) {
        return new CreateRequest(
                id,
                runtime(),
                spec,
                user,
                List.of(MountSpec.bind(root.toString(), false)),
                List.of(),
                null,
                openStdin,
                birth,
                listener,
                Trace.NONE,
                DEADLINE);
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

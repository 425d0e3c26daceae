package dev.felucca.initplan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.door.Barrier;
import dev.felucca.door.Errno;
import dev.felucca.door.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine that dies leaves no half-born init; a hostile image gains nothing from what init still holds. */
class InitAbortTest extends InitFixture {
    private static final int ABORTED = 120;
    private static final int EBADMSG = 74;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;

    private Op mark(String file) {
        return new MountOp.Mkdir("/" + file, 0755, 0, 0, false);
    }

    @ParameterizedTest
    @EnumSource(Barrier.class)
    void theEndOfFileAtABarrierEndsInit(Barrier barrier) {
        Plan plan = plan(born(), List.of(new ProcessOp.AwaitBarrier(barrier), mark("after"), shell("true")));
        try (InitDriver init = new InitDriver(plan, descriptors)) {
            init.pid();
            init.awaitBarrier(barrier);
            init.die();
            assertEquals(ABORTED, init.status());
        }
        assertFalse(Files.exists(root.resolve("after")));
    }

    @Test
    void theEndOfFileBeforeTheBirthEndsTheBootstrap() {
        Plan plan = plan(List.of(new ProcessOp.AwaitBarrier(Barrier.MAPS_WRITTEN)), born(), List.of(shell("true")));
        try (InitDriver init = new InitDriver(plan, descriptors)) {
            init.awaitBarrier(Barrier.MAPS_WRITTEN);
            init.die();
            assertEquals(ABORTED, init.status());
        }
    }

    @Test
    void whoDiesBeforeTheDeathSignalIsSetIsNoticed() {
        Plan plan = plan(
                born(),
                List.of(
                        new ProcessOp.AwaitBarrier(Barrier.START),
                        new ProcessOp.ParentDeathSignal(9),
                        mark("after"),
                        shell("true")));
        try (InitDriver init = new InitDriver(plan, descriptors)) {
            int pid = init.pid();
            init.awaitBarrier(Barrier.START);
            // Stopped, so that it finds both the release and the end of file when it goes on.
            Processes.kill(pid, SIGSTOP);
            init.release(Barrier.START, List.of(), 0);
            // The end of file and not the signal: this process lives on.
            init.die();
            Processes.kill(pid, SIGCONT);
            int status = init.status();
            assertTrue(status == ABORTED, "status " + status);
        }
    }

    @Test
    void aBarrierThatIsReleasedWronglyIsAFailure() {
        List<Op> born = born();
        Plan plan = plan(born, List.of(new ProcessOp.AwaitBarrier(Barrier.START), shell("true")));
        try (InitDriver init = new InitDriver(plan, descriptors)) {
            init.awaitBarrier(Barrier.START);
            init.releaseWrongly(Barrier.NETWORK_READY);
            InitDriver.Failure failure = init.failure();
            assertEquals(born.size(), failure.operation());
            assertEquals(EBADMSG, failure.errno());
            assertEquals(121, init.status());
        }
    }

    @Test
    void aPlanThatIsRefusedLeavesNothing() {
        Plan plan = new Plan(List.of(new MountOp.Pivot(), shell("true")));
        try (InitDriver init = new InitDriver(plan, descriptors)) {
            InitDriver.Failure failure = init.failure();
            assertEquals(-1, failure.operation());
            assertEquals("operation 0 (PIVOT) is malformed or out of place", failure.detail());
            assertEquals(122, init.status());
        }
    }

    /** The host's procfs, by whatever number init might hold it: its processes' roots are the host's files. */
    private static List<String> guesses(String below) {
        return IntStream.range(3, 40)
                .mapToObj(n -> "/proc/self/fd/" + n + below)
                .toList();
    }

    @Test
    void noPathLeadsThroughInitsDescriptorsToAProgramOfTheHost() throws IOException {
        List<String> candidates = new ArrayList<>();
        String engine = "/" + ProcessHandle.current().pid() + "/root/bin/busybox";
        for (String below : List.of("", engine, "/self/exe", "/self/root/bin/busybox", "/bin/busybox")) {
            candidates.addAll(guesses(below));
        }
        List<Op> born = born();
        List<Op> ops = List.of(
                new MountOp.Pivot(), new ProgramOp.Exec(List.of("busybox", "echo", "reached"), List.of(), candidates));
        try (InitDriver init = new InitDriver(plan(born, ops), descriptors)) {
            InitDriver.Failure failure = init.failure();
            assertEquals(born.size() + 1, failure.operation());
            assertTrue(failure.errno() == Errno.ENOENT || failure.errno() == Errno.EACCES, failure::toString);
        }
    }

    @Test
    void noInterpreterLeadsThroughInitsDescriptors() throws IOException {
        List<String> scripts = new ArrayList<>();
        for (String guess : guesses("/self/root/bin/busybox")) {
            Path script = Files.writeString(root.resolve("script" + scripts.size()), "#!" + guess + " sh\n");
            assertTrue(script.toFile().setExecutable(true));
            scripts.add("/" + script.getFileName());
        }
        List<Op> ops = List.of(new MountOp.Pivot(), new ProgramOp.Exec(List.of("x"), List.of(), scripts));
        try (InitDriver init = new InitDriver(plan(born(), ops), descriptors)) {
            assertEquals(Errno.ENOENT, init.failure().errno());
        }
    }

    @Test
    void initItselfAsAProgramCannotBeChanged() {
        // CVE-2019-5736: /proc/self/exe of an image's entry point is init's own binary
        List<Op> ops = List.of(
                new MountOp.Pivot(), new ProgramOp.Exec(List.of("felucca-init"), List.of(), List.of("/proc/self/exe")));
        try (InitDriver init = new InitDriver(plan(born(), ops), descriptors)) {
            // It finds no socket, says so and ends.
            assertEquals(Optional.empty(), init.run().failed());
            assertEquals(122, init.status());
        }
    }

    @Test
    void theWorkingDirectoryCannotBeOutsideTheRoot() {
        // CVE-2024-21626
        int refused = 0;
        for (String below : List.of("", "/self/root", "/self/cwd")) {
            for (int fd = 3; fd < 12; fd++) {
                closeSlots();
                Op chdir = new ProgramOp.Chdir("/proc/self/fd/" + fd + below, false, false);
                Plan plan = plan(born(), List.of(new MountOp.Pivot(), chdir, shell("readlink /proc/self/cwd")));
                try (InitDriver init = new InitDriver(plan, descriptors)) {
                    Optional<InitDriver.Failure> failure = init.run().failed();
                    if (failure.isEmpty()) {
                        // it went through what leads to the container's own root
                        assertEquals("/", init.output().strip());
                    } else if (failure.get().errno() == Errno.EXDEV) {
                        refused++;
                    }
                }
            }
        }
        assertTrue(refused > 0, "the host's procfs was not among what was tried");
    }
}

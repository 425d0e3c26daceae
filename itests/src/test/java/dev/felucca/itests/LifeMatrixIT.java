package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineException.Kind;
import dev.felucca.api.container.ContainerLifecycle.WaitCondition;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.exec.ExitStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.Test;

/** A container's life: run, stop, kill, restart, pause, wait, remove. */
public class LifeMatrixIT extends MatrixBase {
    private static final int SIGKILL = 9;
    private static final int SIGUSR1 = 10;

    public LifeMatrixIT(Combo combo) {
        super(combo);
    }

    @Test
    public void exitCodesAreTheProgramsOwn() throws Exception {
        assertEquals(0, felucca.run(busybox("true")).code());
        assertEquals(1, felucca.run(busybox("false")).code());
        assertEquals(42, felucca.run(sh("exit 42")).code());
        assertEquals(
                128 + SIGKILL, felucca.run(sh("sh -c 'kill -9 $$'; exit $?")).code());
    }

    @Test
    public void theProgramIsProcessOneWithItsDrivers() throws Exception {
        String id = felucca.create(sh("echo $$ $(hostname)"));
        var info = felucca.info(id);
        assertEquals(combo, new Combo(info.storage(), info.cgroup(), info.namespace(), info.runtime()));
        assertEquals(ContainerStatus.CREATED, info.state().status());
        assertEquals("1 " + id.substring(0, 12) + "\n", felucca.run(id, false).out());
        assertEquals(ContainerStatus.EXITED, felucca.info(id).state().status());
    }

    @Test
    public void aProgramThatIgnoresTheStopSignalIsKilledInTime() throws Exception {
        String id = felucca.create(sh("trap '' TERM; echo ready; while :; do sleep 1; done"));
        Output output = new Output();
        try (var a = felucca.attach(id, false, output)) {
            felucca.start(id);
            output.await(o -> o.contains("ready"));
            long begun = System.nanoTime();
            felucca.stop(id, 1);
            long millis = (System.nanoTime() - begun) / 1_000_000;
            assertTrue(millis + " ms", millis >= 1000);
        }
        assertEquals(128 + SIGKILL, felucca.info(id).state().exitCode());
        assertFalse(felucca.info(id).state().oomKilled());
    }

    @Test
    public void aProgramThatHearsTheStopSignalEndsAtOnce() throws Exception {
        String id = felucca.create(sh("trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done")
                .stopTimeout(60));
        Output output = new Output();
        try (var a = felucca.attach(id, false, output)) {
            felucca.start(id);
            output.await(o -> o.contains("ready"));
            felucca.stop(id, null);
        }
        assertEquals(7, felucca.info(id).state().exitCode());
        felucca.failureOf(Kind.NOT_MODIFIED, () -> felucca.stop(id, 1));
    }

    @Test
    public void killSendsTheSignalAtOnce() throws Exception {
        String id = felucca.create(sh("trap 'echo caught' USR1; echo ready; while :; do sleep 0.1; done"));
        Output output = new Output();
        try (var a = felucca.attach(id, false, output)) {
            felucca.start(id);
            output.await(o -> o.contains("ready"));
            felucca.kill(id, SIGUSR1);
            output.await(o -> o.contains("caught"));
            felucca.kill(id, SIGKILL);
            assertEquals(128 + SIGKILL, felucca.waitFor(id));
        }
        EngineException e = felucca.failureOf(Kind.CONFLICT, () -> felucca.kill(id, SIGKILL));
        assertTrue(e.message(), e.message().contains("is not running"));
    }

    @Test
    public void restartGivesANewProcessAndKeepsTheFiles() throws Exception {
        String id = felucca.start(sh("echo run >> /runs; cat /runs; exec sleep 1000"));
        int first = felucca.info(id).state().pid();
        felucca.failureOf(Kind.NOT_MODIFIED, () -> felucca.start(id));
        felucca.awaitLog(id, 1);
        felucca.restart(id, 0);
        assertNotEquals(first, felucca.info(id).state().pid());
        assertTrue(felucca.info(id).state().isRunning());
        felucca.awaitLog(id, 1 + 2);
        felucca.stop(id, 0);
        felucca.restart(id, 0);
        assertEquals(ContainerStatus.RUNNING, felucca.info(id).state().status());
        felucca.awaitLog(id, 1 + 2 + 3);
    }

    @Test
    public void aPausedContainerDoesNothingUntilItIsResumed() throws Exception {
        String id = felucca.start(sh("while :; do :; done"));
        int pid = felucca.info(id).state().pid();
        felucca.pause(id);
        assertEquals(ContainerStatus.PAUSED, felucca.info(id).state().status());
        long stopped = Waiting.cpuTicks(pid);
        Thread.sleep(200); // the claim is that nothing happens in this time: no event to wait for
        assertEquals(stopped, Waiting.cpuTicks(pid));
        felucca.failureOf(Kind.CONFLICT, () -> felucca.pause(id));
        felucca.failureOf(Kind.CONFLICT, () -> felucca.start(id));
        felucca.unpause(id);
        Waiting.until("it runs again", () -> Waiting.cpuTicks(pid) > stopped);
        felucca.failureOf(Kind.CONFLICT, () -> felucca.unpause(id));
        felucca.pause(id);
        felucca.stop(id, 0);
        assertEquals(128 + SIGKILL, felucca.info(id).state().exitCode());
    }

    @Test
    public void waitTellsWhatItWasAskedFor() throws Exception {
        String id = felucca.create(sh("exit 3"));
        assertEquals(0, felucca.waitFor(id));
        CompletableFuture<ExitStatus> next = felucca.waiting(id, WaitCondition.NEXT_EXIT);
        CompletableFuture<ExitStatus> removed = felucca.waiting(id, WaitCondition.REMOVED);
        assertFalse(next.isDone());
        felucca.start(id);
        assertEquals(3, Felucca.get(next).code());
        assertEquals(3, felucca.waitFor(id));
        assertFalse(removed.isDone());
        felucca.remove(id, false);
        assertEquals(3, Felucca.get(removed).code());
    }

    @Test
    public void removeWantsForceForARunningContainer() {
        String id = felucca.start(busybox("sleep", "1000"));
        felucca.failureOf(Kind.CONFLICT, () -> felucca.remove(id, false));
        assertTrue(felucca.info(id).state().isRunning());
        felucca.remove(id, true);
        felucca.failureOf(Kind.NOT_FOUND, () -> felucca.info(id));
        felucca.assertNothingLeft(id);
    }

    @Test
    public void autoRemoveLeavesNothing() throws Exception {
        Felucca.Result r = felucca.run(sh("echo here; exit 4").autoRemove());
        assertEquals(4, r.code());
        assertEquals("here\n", r.out());
        EngineEvents.until(events, "it is gone", () -> views.list().stream().noneMatch(c -> c.id().equals(r.id())));
        felucca.assertNothingLeft(r.id());
    }

    @Test
    public void aNameIsUsedOnce() {
        String first = felucca.create(busybox("true").name("only-once"));
        EngineException e = felucca.failureOf(
                Kind.CONFLICT, () -> felucca.create(busybox("true").name("only-once")));
        assertTrue(e.message(), e.message().contains(first));
        assertEquals(first, felucca.info("only-once").id());
        felucca.remove("only-once", false);
        felucca.remove(felucca.create(busybox("true").name("only-once")), false);
    }

    @Test
    public void whatCannotBeExecutedIsToldByCode() throws Exception {
        String missing = felucca.create(busybox("/no/such/program"));
        EngineException e = felucca.failureOf(Kind.INVALID, () -> felucca.start(missing));
        assertTrue(e.message(), e.message().contains("/no/such/program"));
        assertEquals(127, felucca.info(missing).state().exitCode());
        String directory = felucca.create(busybox("/etc"));
        felucca.failureOf(Kind.INVALID, () -> felucca.start(directory));
        assertEquals(126, felucca.info(directory).state().exitCode());
        assertEquals(List.of(), HostState.groupsNaming(missing));
    }

    @Test
    public void killOvertakesAStart() throws Exception {
        for (int i = 0; i < 5; i++) {
            String id = felucca.create(busybox("sleep", "1000"));
            CompletableFuture<Void> start = lifecycle.start(id).toCompletableFuture();
            CompletableFuture<Void> stop = lifecycle.stop(id, 0).toCompletableFuture();
            Felucca.get(start);
            Felucca.get(stop);
            assertEquals(ContainerStatus.EXITED, felucca.info(id).state().status());
            felucca.remove(id, false);
        }
    }

    @Test
    public void manyAtOnce() throws Exception {
        List<CompletableFuture<Integer>> codes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Request request = sh("exit " + (i + 1));
            codes.add(lifecycle
                    .create(null, request.config(), request.hostConfig())
                    .thenCompose(c -> {
                        felucca.made(c.id());
                        CompletableFuture<ExitStatus> exit = felucca.waiting(c.id(), WaitCondition.NEXT_EXIT);
                        return lifecycle.start(c.id()).thenCompose(v -> exit).thenApply(ExitStatus::code);
                    })
                    .toCompletableFuture());
        }
        for (int i = 0; i < 30; i++) {
            assertEquals(i + 1, (int) Felucca.get(codes.get(i)));
        }
    }
}

package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineException.Kind;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.ContainerViews.ProcessTable;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.container.RestartPolicy.When;
import java.time.Instant;
import java.util.List;
import org.junit.Test;

/** What the supervisor does by itself: restarts, lack of memory, ends of all sorts; and what is done to paused containers. */
public class SupervisorMatrixIT extends MatrixBase {
    private static final int SIGKILL = 9;
    private static final int SIGUSR1 = 10;
    private static final int SIGTERM = 15;

    public SupervisorMatrixIT(Combo combo) {
        super(combo);
    }

    private ContainerState state(String id) {
        return felucca.info(id).state();
    }

    private void awaitStatus(String id, ContainerStatus status) throws Exception {
        EngineEvents.until(events, id + " is " + status, () -> state(id).status() == status);
    }

    private long runs(String id) {
        return felucca.logs(id, -1).size();
    }

    private long told(Instant since, String id, String action) {
        return events.since(since).stream()
                .filter(e -> e.actor().equals(id) && e.action().equals(action))
                .count();
    }

    @Test
    public void onFailureCountsItsRestarts() throws Exception {
        Instant begun = Instant.now();
        String failing = felucca.start(sh("echo run; exit 5").restart(When.ON_FAILURE, 2));
        EngineEvents.until(
                events,
                "it has given up",
                () -> felucca.info(failing).restartCount() == 2
                        && state(failing).status() == ContainerStatus.EXITED);
        assertEquals(3, runs(failing));
        assertEquals(5, state(failing).exitCode());
        assertEquals(3, told(begun, failing, "die"));
        assertEquals(3, told(begun, failing, "start"));
        String good = felucca.start(sh("echo run").restart(When.ON_FAILURE, 0));
        awaitStatus(good, ContainerStatus.EXITED);
        assertEquals(0, felucca.info(good).restartCount());
    }

    @Test
    public void alwaysGoesOnUntilItIsStopped() throws Exception {
        Instant begun = Instant.now();
        String id = felucca.start(sh("echo run").restart(When.ALWAYS, 0));
        // then it waits for 800 ms
        EngineEvents.until(events, "four runs are over", () -> told(begun, id, "die") == 4);
        assertEquals(3, felucca.info(id).restartCount());
        awaitStatus(id, ContainerStatus.RESTARTING);
        felucca.failureOf(Kind.CONFLICT, () -> felucca.pause(id));
        felucca.failureOf(Kind.CONFLICT, () -> felucca.remove(id, false));
        felucca.failureOf(Kind.NOT_MODIFIED, () -> felucca.start(id));
        felucca.stop(id, 0);
        assertEquals(ContainerStatus.EXITED, state(id).status());
        Instant stopped = Instant.now();
        felucca.start(id);
        EngineEvents.until(events, "it goes on, counted anew", () -> told(stopped, id, "die") > 0);
        assertTrue(felucca.info(id).restartCount() <= 3);
        felucca.remove(id, true);
    }

    @Test
    public void aSignalThatIsNotToEndItLeavesThePolicy() throws Exception {
        Instant begun = Instant.now();
        String id = felucca.start(
                sh("trap 'exit 3' USR1; echo run; while :; do sleep 0.05; done").restart(When.ALWAYS, 0));
        felucca.awaitLog(id, 1);
        felucca.kill(id, SIGUSR1);
        EngineEvents.until(events, "it runs again", () -> told(begun, id, "start") == 2);
        felucca.awaitLog(id, 2);
        felucca.kill(id, SIGKILL);
        awaitStatus(id, ContainerStatus.EXITED);
        assertEquals(2, runs(id));
    }

    @Test
    public void policiesThatContradictAreRefused() {
        felucca.failureOf(Kind.INVALID, () -> felucca.create(sh("true").restart(When.ALWAYS, 3)));
        felucca.failureOf(
                Kind.INVALID,
                () -> felucca.create(sh("true").restart(When.ALWAYS, 0).autoRemove()));
    }

    @Test
    public void aSmallInitReapsAndPassesSignalsOn() throws Exception {
        if (combo.runtime().equals("crun")) {
            // crun 1.8 binds no file below a link, and the image's /sbin is one
            EngineException e = felucca.failureOf(
                    Kind.KERNEL, () -> felucca.start(sh("true").init()));
            assertTrue(e.message(), e.message().contains("/sbin/docker-init"));
            return;
        }
        String id = felucca.start(sh("trap 'exit 4' TERM; (sleep 0.1 &); echo ready; while :; do sleep 0.1; done")
                .init());
        felucca.awaitLog(id, 1);
        ProcessTable top = views.top(id, List.of("-o", "pid,stat,args"));
        assertTrue(top.processes().toString(), top.processes().get(0).get(2).startsWith("/sbin/docker-init -- sh"));
        Waiting.until(
                "nothing is left unreaped", () -> views.top(id, List.of("-o", "pid,stat,args")).processes().stream()
                        .noneMatch(p -> p.get(1).startsWith("Z")));
        felucca.kill(id, SIGTERM);
        assertEquals(4, felucca.waitFor(id));
        assertEquals(9, felucca.run(sh("exit 9").init()).code());
        assertEquals(128 + SIGKILL, felucca.run(sh("kill -9 $$").init()).code());
    }

    @Test
    public void lackOfMemoryIsToldWhenItHappens() throws Exception {
        Instant begun = Instant.now();
        // the shell lives on: only its child is killed
        String id = felucca.start(sh("sh -c 'a=x; while :; do a=$a$a; done'; echo survived; exec sleep 1000")
                .memory(16 << 20));
        EngineEvents.until(events, "it is told", () -> told(begun, id, "oom") > 0);
        assertTrue(state(id).oomKilled());
        assertTrue(state(id).isRunning());
        felucca.kill(id, SIGKILL);
        felucca.waitFor(id);
        assertTrue(state(id).oomKilled());
        felucca.start(id);
        felucca.remove(id, true);
    }

    @Test
    public void pausedOnesAreStoppedKilledAndRemoved() throws Exception {
        String id = felucca.start(sh("trap 'exit 6' TERM; echo ready; while :; do sleep 0.1; done"));
        felucca.awaitLog(id, 1);
        felucca.pause(id);
        felucca.stop(id, 60);
        assertEquals(6, state(id).exitCode());
        felucca.start(id);
        felucca.awaitLog(id, 2);
        felucca.pause(id);
        felucca.kill(id, SIGKILL);
        assertEquals(128 + SIGKILL, felucca.waitFor(id));
        felucca.start(id);
        felucca.awaitLog(id, 3);
        felucca.pause(id);
        felucca.kill(id, SIGTERM);
        assertEquals(6, felucca.waitFor(id));
        felucca.start(id);
        felucca.pause(id);
        felucca.failureOf(Kind.CONFLICT, () -> felucca.remove(id, false));
        felucca.remove(id, true);
        felucca.assertNothingLeft(id);
    }

    @Test
    public void endsOfAllSorts() throws Exception {
        // over before start returns
        for (int i = 0; i < 20; i++) {
            String id = felucca.create(busybox("true"));
            felucca.start(id);
            assertEquals(0, felucca.waitFor(id));
            felucca.remove(id, false);
        }
        // process 1 forks twice and ends: its grandchildren end with it
        String daemon = felucca.start(sh("(sh -c 'sleep 1000 & exec sleep 1000' &); exit 3"));
        assertEquals(3, felucca.waitFor(daemon));
        assertEquals(List.of(), HostState.groupsNaming(daemon));
        // children that hold the output open
        String holding = felucca.start(sh("sleep 1000 & echo out; exit 4"));
        assertEquals(4, felucca.waitFor(holding));
        assertEquals("out\n", felucca.logs(holding, -1).get(0).line());
        assertFalse(state(holding).isRunning());
    }

    @Test
    public void limitsAndPolicyAreUpdatedInPlace() throws Exception {
        String id = felucca.start(busybox("sleep", "1000").pids(50));
        Resources seven = new Resources(
                null, null, null, null, null, null, null, null, null, null, null, null, null, null, List.of(),
                List.of(), List.of(), List.of(), 7L, List.of());
        Felucca.get(lifecycle.update(id, seven, new RestartPolicy(When.ALWAYS, 0)));
        assertEquals(Long.valueOf(7), felucca.info(id).hostConfig().resources().pidsLimit());
        assertEquals(When.ALWAYS, felucca.info(id).hostConfig().restartPolicy().when());
        EngineException e = felucca.failureOf(Kind.INVALID, () -> Felucca.get(lifecycle.update(id, tiny(), null)));
        assertTrue(e.message(), e.message().contains("6MB"));
        String forks = "for i in 1 2 3 4 5 6 7 8 9; do sleep 100 & done; wait";
        String exec = execs.create(
                        id,
                        new dev.felucca.api.container.ExecConfig(
                                List.of("sh", "-c", forks), List.of(), null, null, false, false, false, null))
                .id();
        Felucca.get(execs.start(exec, null));
        assertFalse(Felucca.get(execs.wait(exec)).code() == 0);
    }

    private static Resources tiny() {
        return new Resources(
                1024L, null, null, null, null, null, null, null, null, null, null, null, null, null, List.of(),
                List.of(), List.of(), List.of(), null, List.of());
    }

    @Test
    public void topIsTheHostsPs() {
        String id = felucca.start(busybox("sleep", "1000"));
        int pid = felucca.info(id).state().pid();
        ProcessTable top = views.top(id, List.of());
        assertEquals("PID", top.titles().get(1));
        assertEquals(1, top.processes().size());
        assertEquals(Integer.toString(pid), top.processes().get(0).get(1));
        felucca.failureOf(Kind.INVALID, () -> views.top(id, List.of("-o", "comm")));
        felucca.failureOf(Kind.INVALID, () -> views.top(id, List.of("--no-such-option")));
        felucca.stop(id, 0);
        felucca.failureOf(Kind.CONFLICT, () -> views.top(id, List.of()));
    }
}

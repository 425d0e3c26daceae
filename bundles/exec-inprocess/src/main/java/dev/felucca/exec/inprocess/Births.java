package dev.felucca.exec.inprocess;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.exec.Birth;
import dev.felucca.api.trace.Trace;
import dev.felucca.door.Barrier;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.InitFailure;
import dev.felucca.door.InitProcess;
import dev.felucca.door.InitSession;
import dev.felucca.door.ProcessStreams;
import dev.felucca.door.Pump;
import dev.felucca.door.Spawner;
import dev.felucca.initplan.CompiledPlan;
import dev.felucca.initplan.Op;
import dev.felucca.initplan.ProcessOp;
import dev.felucca.initplan.ProgramOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes an init from its plan to the barrier START; whatever fails on the way leaves nothing. */
final class Births {
    private final Spawner spawner;
    private final Pump pump;

    Births(Spawner spawner, Pump pump) {
        this.spawner = spawner;
        this.pump = pump;
    }

    /** @param root the root filesystem, if the plan needs it; lent, as are the others */
    record Request(
            String key,
            CompiledPlan plan,
            Fd root,
            List<Integer> procs,
            @Nullable Integer group,
            boolean terminal,
            boolean openStdin,
            List<String> args,
            Birth birth,
            Trace trace,
            Duration deadline) {}

    InitProcess birth(Request r) {
        List<Fd> ours = new ArrayList<>();
        List<Fd> theirs = new ArrayList<>();
        try {
            if (!r.terminal()) {
                pipes(r.openStdin(), ours, theirs);
            }
            List<Fd> procs = new ArrayList<>();
            r.procs().forEach(n -> procs.add(Fd.own(n, "cgroup.procs")));
            Fd group = r.group() == null ? null : Fd.own(r.group(), "v2 cgroup");
            try (SlotDescriptors slots = SlotDescriptors.open(r.plan().slots(), r.root(), procs, group, theirs)) {
                return handshake(r, slots, ours);
            }
        } catch (RuntimeException e) {
            ours.forEach(Fd::close);
            throw e;
        } finally {
            theirs.forEach(Fd::close);
        }
    }

    private InitProcess handshake(Request r, SlotDescriptors slots, List<Fd> ours) {
        InitSession session;
        long began = System.nanoTime();
        try (var s = r.trace().step("init.spawn")) {
            session = spawner.spawn(r.plan().plan().encode(), slots.inOrder(), r.deadline());
        } catch (InitFailure e) {
            throw inWords(r.plan(), e);
        }
        try {
            barriers(r, session);
            return new InitProcess(
                    session,
                    streams(r, session, ours),
                    r.args(),
                    r.plan().plan().ops().size() - 1,
                    nanos -> trace(r, began, nanos));
        } catch (InitFailure e) {
            session.abort();
            throw inWords(r.plan(), e);
        } catch (RuntimeException e) {
            session.abort();
            throw e;
        }
    }

    /** The operations follow one another; the first begins when init is spawned, less its start-up, which it cannot tell. */
    private static void trace(Request r, long began, List<Long> nanos) {
        List<Op> ops = r.plan().plan().ops();
        long at = began;
        for (int i = 0; i < Math.min(ops.size(), nanos.size()); i++) {
            r.trace().add("init: " + ops.get(i).words(), at, nanos.get(i));
            at += nanos.get(i);
        }
    }

    private static void barriers(Request r, InitSession session) {
        for (Op op : r.plan().plan().ops()) {
            if (!(op instanceof ProcessOp.AwaitBarrier wait)) {
                continue;
            }
            Barrier barrier = wait.barrier();
            try (var s = r.trace().step("init." + barrier.name().toLowerCase(java.util.Locale.ROOT))) {
                session.awaitBarrier(barrier);
            }
            if (barrier == Barrier.START) {
                return;
            }
            if (barrier == Barrier.CGROUP_PLACED && r.procs().isEmpty() && r.group() == null) {
                try (var s = r.trace().step("cgroup.place")) {
                    r.birth().place(session.pid());
                }
            } else if (barrier == Barrier.NETWORK_READY) {
                try (var s = r.trace().step("birth.placed")) {
                    r.birth().placed(session.pid());
                }
            }
            session.release(barrier);
        }
        throw EngineException.internal("the plan has no barrier START", null);
    }

    private ProcessStreams streams(Request r, InitSession session, List<Fd> ours) {
        if (r.terminal()) {
            Fd master =
                    session.takeConsole().orElseThrow(() -> EngineException.internal("init sent no terminal", null));
            return ProcessStreams.terminal(pump, r.key(), master, r.openStdin());
        }
        return ProcessStreams.pipes(
                pump, r.key(), r.openStdin() ? Optional.of(ours.get(2)) : Optional.empty(), ours.get(0), ours.get(1));
    }

    private static void pipes(boolean openStdin, List<Fd> ours, List<Fd> theirs) {
        if (openStdin) {
            Descriptors.Pipe in = Descriptors.pipe(0);
            theirs.add(in.reader());
            ours.add(in.writer());
        } else {
            theirs.add(Descriptors.open("/dev/null", Descriptors.O_RDONLY));
        }
        for (int i = 0; i < 2; i++) {
            Descriptors.Pipe out = Descriptors.pipe(0);
            theirs.add(out.writer());
            ours.add(i, out.reader());
        }
    }

    /** Names the operation that failed. */
    static EngineException inWords(CompiledPlan plan, InitFailure e) {
        int i = e.operation();
        List<Op> ops = plan.plan().ops();
        if (i < 0 || i >= ops.size()) {
            return EngineException.internal(e.message(), e);
        }
        if (ops.get(i) instanceof ProgramOp.Exec exec) {
            return ExecFailures.of(exec.argv(), e.errno());
        }
        return new KernelException(
                "the container's init could not " + ops.get(i).words(),
                e.detail(),
                e.errno(),
                Errno.describe(e.errno()));
    }
}

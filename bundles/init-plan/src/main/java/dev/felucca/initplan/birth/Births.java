package dev.felucca.initplan.birth;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.exec.Birth;
import dev.felucca.api.trace.Trace;
import dev.felucca.door.Barrier;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.InitFailure;
import dev.felucca.door.InitLate;
import dev.felucca.door.InitSession;
import dev.felucca.initplan.CompiledPlan;
import dev.felucca.initplan.Op;
import dev.felucca.initplan.ProcessOp;
import dev.felucca.initplan.ProgramOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Takes an init from its plan to the barrier START; whatever fails on the way leaves nothing. */
public final class Births {
    private Births() {}

    /** Starts an init on a plan and returns when its first process is born; failures as {@link dev.felucca.door.Spawner#spawn}'s. */
    @FunctionalInterface
    public interface Start {
        InitSession start(byte[] plan, List<Fd> slots);
    }

    /**
     * What is to be born.
     *
     * @param root the root filesystem, if the plan needs it; lent
     * @param procs open {@code cgroup.procs}; lent
     * @param group the directory of the v2 group to be born in; lent
     */
    public record Request(
            CompiledPlan plan,
            Fd root,
            List<Integer> procs,
            @Nullable Integer group,
            boolean terminal,
            boolean openStdin,
            Birth birth,
            Trace trace) {}

    public static Born birth(Request r, Start start) {
        Pipes pipes = r.terminal() ? Pipes.NONE : Pipes.open(r.openStdin());
        try {
            List<Fd> procs = new ArrayList<>();
            r.procs().forEach(n -> procs.add(Fd.own(n, "cgroup.procs")));
            Fd group = r.group() == null ? null : Fd.own(r.group(), "v2 cgroup");
            try (SlotDescriptors slots =
                    SlotDescriptors.open(r.plan().slots(), r.root(), procs, group, pipes.theirs())) {
                return handshake(r, start, slots, pipes);
            }
        } catch (RuntimeException e) {
            pipes.ours().forEach(Fd::close);
            throw e;
        } finally {
            pipes.theirs().forEach(Fd::close);
        }
    }

    private static Born handshake(Request r, Start start, SlotDescriptors slots, Pipes pipes) {
        InitSession session;
        long began = System.nanoTime();
        try (var s = r.trace().step("init.spawn")) {
            session = start.start(r.plan().plan().encode(), slots.inOrder());
        } catch (InitFailure e) {
            throw inWords(r.plan(), e);
        } catch (InitLate e) {
            throw Hangs.named(e, r.plan().plan().ops(), 0, indexOf(r.plan(), ProcessOp.Clone.class), 0);
        }
        try {
            session.onTimings(nanos -> trace(r, began, nanos));
            barriers(r, session);
            return r.terminal()
                    ? new Born(session, List.of(console(session)), Optional.empty())
                    : new Born(session, pipes.outputs(), pipes.stdin());
        } catch (RuntimeException e) {
            RuntimeException told = e instanceof InitFailure f ? inWords(r.plan(), f) : e;
            session.abort(told);
            throw told;
        }
    }

    private static Fd console(InitSession session) {
        return session.takeConsole().orElseThrow(() -> EngineException.internal("init sent no terminal", null));
    }

    private static int indexOf(CompiledPlan plan, Class<? extends Op> type) {
        List<Op> ops = plan.plan().ops();
        return IntStream.range(0, ops.size())
                .filter(i -> type.isInstance(ops.get(i)))
                .findFirst()
                .orElse(ops.size() - 1);
    }

    /** What happened from the barrier START on, in words. */
    public static EngineException startFailure(CompiledPlan plan, int pid, EngineException e) {
        List<Op> ops = plan.plan().ops();
        int start = ops.indexOf(new ProcessOp.AwaitBarrier(Barrier.START));
        if (e instanceof InitLate late) {
            return Hangs.named(late, ops, start + 1, ops.size() - 1, pid);
        }
        return e instanceof InitFailure failure ? inWords(plan, failure) : e;
    }

    /** The operations follow one another; the first begins when init is spawned, less its start-up, which it cannot tell. */
    private static void trace(Request r, long began, List<Long> nanos) {
        List<Op> ops = r.plan().plan().ops();
        long at = began;
        for (int i = 0; i < Math.min(ops.size(), nanos.size()); i++) {
            Op op = ops.get(i);
            r.trace().add(() -> "init: " + op.words(), at, nanos.get(i));
            at += nanos.get(i);
        }
    }

    private static void barriers(Request r, InitSession session) {
        List<Op> ops = r.plan().plan().ops();
        int from = indexOf(r.plan(), ProcessOp.Clone.class) + 1;
        for (int i = from; i < ops.size(); i++) {
            if (!(ops.get(i) instanceof ProcessOp.AwaitBarrier wait)) {
                continue;
            }
            Barrier barrier = wait.barrier();
            try (var s = r.trace().step("init." + barrier.name().toLowerCase(java.util.Locale.ROOT))) {
                session.awaitBarrier(barrier);
            } catch (InitLate e) {
                throw Hangs.named(e, ops, from, i, session.pid());
            }
            from = Math.min(i + 1, ops.size() - 1);
            if (barrier == Barrier.START) {
                return;
            }
            if (barrier == Barrier.CGROUP_PLACED) {
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

package dev.felucca.door.shim;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.ProcessListener;
import dev.felucca.door.Errno;
import dev.felucca.door.Execution;
import dev.felucca.door.Fd;
import dev.felucca.door.Monitor;
import dev.felucca.door.Processes;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A process that a shim holds, as the engine sees it. Thread-safe. */
public final class ShimProcess implements AutoCloseable {
    private final int pid;
    private final long startTime;
    private final Optional<Fd> pidfd;
    private final ShimIo io;
    private final Optional<Execution> execution;
    private final ProcessListener listener;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param pidfd taken over; absent if the process has ended and was reaped
     * @param execution how it becomes the program, if felucca-init is to do that
     */
    ShimProcess(int pid, Optional<Fd> pidfd, ShimIo io, Optional<Execution> execution, ProcessListener listener) {
        this.pid = pid;
        this.startTime = pidfd.isPresent() ? Processes.startTime(pid) : 0;
        this.pidfd = pidfd;
        this.io = io;
        this.execution = execution;
        this.listener = listener;
    }

    public CreatedProcess created() {
        return new CreatedProcess(pid, startTime, io);
    }

    public int pid() {
        return pid;
    }

    public long startTime() {
        return startTime;
    }

    public boolean hasEnded() {
        return ended.get();
    }

    public Optional<Execution> execution() {
        return execution;
    }

    ShimIo io() {
        return io;
    }

    /** NOT_FOUND if it has ended. */
    public void signal(int signal) {
        EngineException gone = EngineException.notFound("process " + pid + " has ended already");
        if (ended.get() || pidfd.isEmpty()) {
            throw gone;
        }
        try {
            Processes.sendSignal(pidfd.get(), signal);
        } catch (KernelException e) {
            throw e.errno() == Errno.ESRCH ? gone : e;
        }
    }

    void ended(ShimExit exit) {
        if (ended.compareAndSet(false, true)) {
            io.ended(exit);
            execution.ifPresentOrElse(
                    e -> e.ended(exit.toStatus(), listener::exited), () -> listener.exited(exit.toStatus()));
        }
    }

    /** The shim is gone: the process is killed, and its end is told when the kernel says that it is there. */
    void lost(String reason, Monitor monitor, String key) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        int code = 128 + Processes.SIGKILL;
        if (pidfd.isEmpty()) {
            listener.exited(new ExitStatus(code, Processes.SIGKILL, false, Instant.now()), reason);
            return;
        }
        try {
            Processes.sendSignal(pidfd.get(), Processes.SIGKILL);
        } catch (KernelException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
        monitor.onExit(
                key,
                pid,
                pidfd.get().dup(),
                end -> listener.exited(new ExitStatus(code, Processes.SIGKILL, false, end.time()), reason));
    }

    /** It has ended: closes what stood for it; its streams go on to their ends. */
    void release() {
        execution.ifPresent(Execution::forget);
        pidfd.ifPresent(Fd::close);
    }

    /** This engine's ends; the process goes on. */
    @Override
    public void close() {
        io.close();
        execution.ifPresent(e -> e.session().close());
        pidfd.ifPresent(Fd::close);
    }
}

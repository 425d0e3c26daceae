package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.ProcessListener;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/**
 * A process that felucca-init became or is about to become: what must live on when the backend's bundle is updated. Lies in the
 * {@link Handles} table. Thread-safe.
 */
public final class InitProcess implements AutoCloseable {
    private final InitSession session;
    private final ProcessStreams streams;
    private final List<String> args;
    private final UnaryOperator<EngineException> inWords;
    private final Consumer<List<Long>> timings;
    private static final int INIT_FAILED = 121;
    private static final int UNKNOWN = -1;

    private int failedCode = UNKNOWN;
    private boolean forgotten;
    private IntConsumer waiting = code -> {};
    private final CountDownLatch gone = new CountDownLatch(1);

    /**
     * @param args the program's, for messages
     * @param inWords names the operation of the plan that failed after the barrier START
     * @param timings told, once the program is executed, how many nanoseconds each operation took
     */
    public InitProcess(
            InitSession session,
            ProcessStreams streams,
            List<String> args,
            UnaryOperator<EngineException> inWords,
            Consumer<List<Long>> timings) {
        this.timings = timings;
        this.session = session;
        this.streams = streams;
        this.args = List.copyOf(args);
        this.inWords = inWords;
    }

    /** Reports the end to the listener, after the streams were told to end. */
    public void watch(Monitor monitor, String key, ProcessListener listener) {
        monitor.onExit(key, session.pid(), session.pidfd().dup(), exit -> {
            gone.countDown();
            streams.finish();
            var s = exit.status()
                    .orElseThrow(() -> EngineException.internal("pid " + exit.pid() + " was reaped by another", null));
            ExitStatus status = new ExitStatus(s.code(), s.signal(), s.coreDumped(), exit.time());
            deliver(s.code() == INIT_FAILED, status, listener);
        });
    }

    private void deliver(boolean initFailed, ExitStatus status, ProcessListener listener) {
        synchronized (this) {
            if (initFailed && failedCode == UNKNOWN) {
                // Whoever waits for the execution will say what it was.
                waiting = code -> listener.exited(new ExitStatus(code, 0, false, status.at()));
                return;
            }
        }
        int code;
        synchronized (this) {
            code = initFailed && failedCode > 0 ? failedCode : status.code();
        }
        listener.exited(new ExitStatus(code, status.signal(), status.coreDumped(), status.at()));
    }

    /** How the execution went: 0 if the program runs, else the exit code that is reported for it. */
    public void executed(int code) {
        IntConsumer news;
        synchronized (this) {
            failedCode = code;
            news = waiting;
            waiting = c -> {};
            session.end();
            if (forgotten) {
                session.close();
            }
        }
        news.accept(code == 0 ? INIT_FAILED : code);
    }

    public InitSession session() {
        return session;
    }

    public ProcessStreams streams() {
        return streams;
    }

    public Consumer<List<Long>> timings() {
        return timings;
    }

    public List<String> args() {
        return args;
    }

    /** A failure of the start, in the words that the user is to read. */
    public EngineException failure(EngineException e) {
        boolean gone = e instanceof KernelException k && (k.errno() == Errno.EPIPE || k.errno() == Errno.ECONNRESET);
        return gone
                ? new EngineException(
                        EngineException.Kind.CONFLICT, "process " + session.pid() + " ended before it was started", e)
                : inWords.apply(e);
    }

    /** Kills the process if it is still there; does not wait for its end. */
    public void kill() {
        if (gone.getCount() == 0) {
            return;
        }
        try {
            signal(Processes.SIGKILL);
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** NOT_FOUND if the process has ended. */
    public void signal(int signal) {
        try {
            Processes.sendSignal(session.pidfd(), signal);
        } catch (KernelException e) {
            throw e.errno() == Errno.ESRCH
                    ? EngineException.notFound("process " + session.pid() + " has ended already")
                    : e;
        }
    }

    /** The process has ended: closes what stood for it; its streams go on to their ends. */
    public synchronized void forget() {
        forgotten = true;
        if (failedCode != UNKNOWN) {
            session.close();
        }
    }

    /** Kills the process if it runs, waits for its end, closes everything. */
    @Override
    public void close() {
        kill();
        try {
            if (!gone.await(10, java.util.concurrent.TimeUnit.SECONDS)) {
                throw EngineException.unavailable(
                        "process " + session.pid() + " does not end; it is blocked in the kernel (state D)");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("interrupted while process " + session.pid() + " was ending");
        } finally {
            session.close();
            streams.close();
        }
    }
}

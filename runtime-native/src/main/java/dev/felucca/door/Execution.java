package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.exec.ExecFailedException;
import dev.felucca.api.exec.ExitStatus;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/**
 * How an init that stands at the barrier START becomes the program, and what exit is told if it cannot: init then ends with a
 * status of its own, in whose place the exit code that stands for the failure is told. Thread-safe.
 */
public final class Execution {
    private static final int INIT_FAILED = 121;
    private static final int UNKNOWN = -1;

    private final InitSession session;
    private final UnaryOperator<EngineException> inWords;
    private int failedCode = UNKNOWN;
    private boolean forgotten;
    private volatile boolean over;
    private IntConsumer waiting = code -> {};

    /** @param inWords names the operation of the plan that failed after the barrier START */
    public Execution(InitSession session, UnaryOperator<EngineException> inWords) {
        this.session = session;
        this.inWords = inWords;
    }

    public InitSession session() {
        return session;
    }

    /** Lets init execute the program, and returns when it has; the failure is in the words that the user is to read. */
    public void run() {
        try {
            session.release(Barrier.START);
            session.awaitExecution();
            executed(0);
            session.tellTimings();
        } catch (EngineException e) {
            EngineException told = failure(e);
            executed(told instanceof ExecFailedException x ? x.exitCode() : 0);
            if (e instanceof InitLate) {
                kill();
            }
            throw told;
        }
    }

    private EngineException failure(EngineException e) {
        boolean gone = e instanceof KernelException k && (k.errno() == Errno.EPIPE || k.errno() == Errno.ECONNRESET);
        return gone
                ? new EngineException(
                        EngineException.Kind.CONFLICT, "process " + session.pid() + " ended before it was started", e)
                : inWords.apply(e);
    }

    /** The process has ended with this status: tells the one that is to be told, now or when it is known. */
    public void ended(ExitStatus status, Consumer<ExitStatus> listener) {
        over = true;
        int code;
        synchronized (this) {
            boolean initFailed = status.signal() == 0 && status.code() == INIT_FAILED;
            if (initFailed && failedCode == UNKNOWN) {
                // Whoever waits for the execution will say what it was.
                waiting = c -> listener.accept(new ExitStatus(c, 0, false, status.at()));
                return;
            }
            code = initFailed && failedCode > 0 ? failedCode : status.code();
        }
        listener.accept(new ExitStatus(code, status.signal(), status.coreDumped(), status.at()));
    }

    /** How the execution went: 0 if the program runs, else the exit code that is reported for it. */
    private void executed(int code) {
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

    /** Kills the process if it is still there; does not wait for its end. */
    public void kill() {
        if (over) {
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

    /** The process has ended: closes what stood for it, unless its execution is still waited for. */
    public synchronized void forget() {
        forgotten = true;
        if (failedCode != UNKNOWN) {
            session.close();
        }
    }
}

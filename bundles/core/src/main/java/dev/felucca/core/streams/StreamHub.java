package dev.felucca.core.streams;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerStreams;
import dev.felucca.api.container.ContainerStreams.LogOptions;
import dev.felucca.api.container.ContainerStreams.LogSink;
import dev.felucca.api.exec.LogTarget;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.ProcessIo;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The standard streams of one container across its runs: log, attached clients, standard input. Thread-safe.
 *
 * <p>A <em>run</em> lasts from {@link #begin} to {@link #finish}. A client belongs to the run that is under way when it attaches,
 * or to the next one if none is. Each chunk of output goes to the log first and then to every client of the run, in order, on
 * the pump's thread. A client whose sink returns false pauses the stream, for all, until it resumes or leaves. At the run's end
 * each client hears each stream's end once, after all its output, and has left.
 *
 * <p>Standard input of several clients is mixed as it comes. With {@code stdinOnce} the end of the first client's input, or its
 * leaving, is the program's end of input; without, it stays open for the next client (as Docker does).
 *
 * <p>The log is always written, see the package's comment for its form, here or by the execution backend. A log that cannot be
 * written (full disk) does not stop the container: see {@link #logIncomplete}.
 */
public final class StreamHub {
    private final LogFile log;
    private final SpoolLog spool;
    private final LogTarget target;
    private final boolean tty;
    private final boolean openStdin;
    private final boolean stdinOnce;
    /** The run under way, or the next one. */
    private StreamRun run;

    private boolean begun;
    private boolean closed;
    /** The run whose end is asked for: the present or else the last one. */
    private @Nullable StreamRun last;
    /** Of the present run, if the execution backend writes its log. */
    private @Nullable ProcessIo keeper;

    /** Whether an earlier engine's run is still to be taken over. */
    private boolean expected;

    private @Nullable String loss;

    /**
     * @param logFile its folder must exist when the first run begins; the rotated ones lie beside it
     * @param logOptions see {@link LogLimits#of}
     */
    public StreamHub(
            Path logFile,
            Map<String, String> logOptions,
            LogWatch watch,
            boolean tty,
            boolean openStdin,
            boolean stdinOnce) {
        LogLimits limits = LogLimits.of(logOptions);
        this.log = new LogFile(logFile, limits);
        this.spool = new SpoolLog(logFile, limits, watch);
        this.target = new LogTarget(logFile, limits.maxSize(), limits.maxFiles());
        this.tty = tty;
        this.openStdin = openStdin;
        this.stdinOnce = stdinOnce;
        this.run = newRun();
    }

    private StreamRun newRun() {
        return new StreamRun(tty, stdinOnce);
    }

    /** What a backend that writes the log itself is told. */
    public LogTarget target() {
        return target;
    }

    /** A run begins: binds the process's io, before the program executes, and starts pumping. */
    public void begin(ProcessIo io) {
        beginning(null).begin(io, OutputLog.into(log));
    }

    /** A run begins, or goes on, whose log the execution backend writes: what it writes is copied while clients are there. */
    public void beginCopies(ProcessIo io) {
        spool.runBegins();
        beginning(io).beginCopies(io);
    }

    /** A run of an earlier engine goes on, perhaps: clients wait for {@link #beginCopies} or {@link #finish}. */
    public void expectCopies() {
        spool.runBegins();
        synchronized (this) {
            expected = true;
        }
    }

    private synchronized StreamRun beginning(@Nullable ProcessIo keeping) {
        if (begun || closed) {
            throw new IllegalStateException("the streams " + (closed ? "are closed" : "have a run already"));
        }
        begun = true;
        last = run;
        keeper = keeping;
        expected = false;
        loss = null;
        return run;
    }

    /**
     * Completes, on the pump's thread, when all output of the run (the present or else the last one) is in the log and given
     * to the clients. It does not if a child in the background holds a stream open, or a client does not resume, until {@link
     * #finish}: how long to wait is the caller's business.
     */
    public CompletionStage<Void> drained() {
        StreamRun asked;
        synchronized (this) {
            asked = last;
        }
        return asked == null
                ? CompletableFuture.completedStage(null)
                : asked.drained().minimalCompletionStage();
    }

    /**
     * The run is over, or its start failed: closes the io; its clients hear the end. The next run may begin at once.
     */
    public void finish() {
        StreamRun ending;
        boolean spooled;
        synchronized (this) {
            ending = run;
            begun = false;
            run = newRun();
            spooled = keeper != null || expected;
            expected = false;
            if (keeper != null) {
                loss = keeper.logLoss().orElse(null);
            }
            keeper = null;
        }
        ending.finish();
        if (spooled) {
            spool.runEnds();
        }
    }

    /**
     * Joins the present or the next run.
     *
     * @throws EngineException INVALID for stdin of a container that has none; NOT_FOUND after {@link #close}
     */
    public ContainerStreams.Attachment attach(boolean stdin, OutputSink sink) {
        if (stdin && !openStdin) {
            throw EngineException.invalid(
                    "the container's standard input is not open; attach without it, or create the container with open stdin");
        }
        StreamRun joined;
        synchronized (this) {
            if (closed) {
                throw EngineException.notFound("the container is removed");
            }
            joined = run;
        }
        return joined.attach(stdin, sink);
    }

    /** Sets the terminal's size in the present run, or that which the next one begins with. */
    public void resize(int rows, int columns) {
        StreamRun resized;
        synchronized (this) {
            resized = run;
        }
        resized.stdin().resize(rows, columns);
    }

    /**
     * Reads the log on the executor, which is occupied only while there is something to read. Tail counts back from the end
     * first; then since and until choose among those lines (as in Docker). A follow ends when no run is under way and all is
     * read. The sink's end comes exactly once, also after the reading was closed; not, if the executor refuses work.
     */
    public ContainerStreams.LogReading logs(LogOptions options, LogSink sink, Executor executor) {
        ReadableLog from;
        synchronized (this) {
            from = keeper == null && !expected ? log : spool;
        }
        var reader = new LogReader(from, options, sink, executor);
        reader.wake();
        return reader;
    }

    /** What is wrong with the log: that entries were lost, how many and why. */
    public Optional<String> logIncomplete() {
        String lost;
        synchronized (this) {
            lost = loss;
        }
        return lost == null ? log.incomplete() : Optional.of(lost);
    }

    /** The container is removed: followers end after what is logged, clients that waited for a next run hear the end. */
    public void close() {
        synchronized (this) {
            closed = true;
        }
        finish();
        log.close();
    }
}

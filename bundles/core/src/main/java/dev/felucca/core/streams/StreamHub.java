package dev.felucca.core.streams;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerStreams;
import dev.felucca.api.container.ContainerStreams.LogOptions;
import dev.felucca.api.container.ContainerStreams.LogSink;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.ProcessIo;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

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
 * <p>The log is always written, see the package's comment for its form. A log that cannot be written (full disk) does not stop
 * the container: see {@link #logIncomplete}.
 */
public final class StreamHub {
    private final LogFile log;
    private final boolean tty;
    private final boolean openStdin;
    private final boolean stdinOnce;
    /** The run under way, or the next one. */
    private StreamRun run;

    private boolean begun;
    private boolean closed;
    private CompletableFuture<Void> drained = CompletableFuture.completedFuture(null);

    /**
     * @param logFile its folder must exist when the first run begins; the rotated ones lie beside it
     * @param logOptions see {@link LogLimits#of}
     */
    public StreamHub(Path logFile, Map<String, String> logOptions, boolean tty, boolean openStdin, boolean stdinOnce) {
        this.log = new LogFile(logFile, LogLimits.of(logOptions));
        this.tty = tty;
        this.openStdin = openStdin;
        this.stdinOnce = stdinOnce;
        this.run = newRun();
    }

    private StreamRun newRun() {
        return new StreamRun(log, tty, stdinOnce);
    }

    /** A run begins: binds the process's io, before the program executes, and starts pumping. */
    public void begin(ProcessIo io) {
        StreamRun beginning;
        synchronized (this) {
            if (begun || closed) {
                throw new IllegalStateException("the streams " + (closed ? "are closed" : "have a run already"));
            }
            begun = true;
            beginning = run;
            drained = run.drained();
        }
        beginning.begin(io);
    }

    /**
     * Completes, on the pump's thread, when all output of the run (the present or else the last one) is in the log and given
     * to the clients. It does not if a child in the background holds a stream open, or a client does not resume, until {@link
     * #finish}: how long to wait is the caller's business.
     */
    public synchronized CompletionStage<Void> drained() {
        return drained.minimalCompletionStage();
    }

    /**
     * The run is over, or its start failed: closes the io; its clients hear the end. The next run may begin at once.
     */
    public void finish() {
        StreamRun last;
        synchronized (this) {
            last = run;
            begun = false;
            run = newRun();
        }
        last.finish();
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

    /**
     * Reads the log on the executor, which is occupied only while there is something to read. Tail counts back from the end
     * first; then since and until choose among those lines (as in Docker). A follow ends when no run is under way and all is
     * read. The sink's end comes exactly once, also after the reading was closed; not, if the executor refuses work.
     */
    public ContainerStreams.LogReading logs(LogOptions options, LogSink sink, Executor executor) {
        var reader = new LogReader(log, options, sink, executor);
        reader.wake();
        return reader;
    }

    /** What is wrong with the log: that entries were lost, how many and why. */
    public Optional<String> logIncomplete() {
        return log.incomplete();
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

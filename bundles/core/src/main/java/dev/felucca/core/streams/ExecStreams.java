package dev.felucca.core.streams;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.ProcessIo;
import java.util.concurrent.CompletionStage;

/** The standard streams of one exec, which are not logged. As {@link StreamHub}, for one run. Thread-safe. */
public final class ExecStreams {
    private final StreamRun run;
    private final boolean openStdin;

    public ExecStreams(boolean tty, boolean openStdin) {
        this.run = new StreamRun(tty, true);
        this.openStdin = openStdin;
    }

    /** @param backendReads whether output that nobody takes is taken by the execution backend */
    public void begin(ProcessIo io, boolean backendReads) {
        if (backendReads) {
            run.beginCopies(io);
        } else {
            run.begin(io, OutputLog.NONE);
        }
    }

    /** @throws EngineException INVALID for stdin of an exec that has none */
    public Attachment attach(boolean stdin, OutputSink sink) {
        if (stdin && !openStdin) {
            throw EngineException.invalid("the exec's standard input is not open; create it with open stdin");
        }
        return run.attach(stdin, sink);
    }

    public void resize(int rows, int columns) {
        run.stdin().resize(rows, columns);
    }

    public CompletionStage<Void> drained() {
        return run.drained().minimalCompletionStage();
    }

    public void finish() {
        run.finish();
    }
}

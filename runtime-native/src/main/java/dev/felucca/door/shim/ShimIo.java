package dev.felucca.door.shim;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.ProcessIo;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.ProcessStreams;
import dev.felucca.door.Pump;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a process that a shim holds. Output comes as a copy, through pipes that are made for each begin and that the shim
 * closes at the end; input and the terminal's size go directly to the pipe or the terminal, of which the shim keeps one end as well.
 */
public final class ShimIo implements ProcessIo {
    private final ShimLink link;
    private final Pump pump;
    private final String name;
    private final int outputs;
    private final ProcessStreams input;
    private int key;
    private @Nullable ProcessStreams copy;
    private @Nullable Gate gate;
    private boolean closed;
    private volatile @Nullable String logLoss;

    /**
     * @param name see {@link Pump}
     * @param input with a terminal its master, else the writing end; taken over
     */
    ShimIo(ShimLink link, Pump pump, String name, boolean terminal, boolean openStdin, Optional<Fd> input) {
        this.link = link;
        this.pump = pump;
        this.name = name;
        this.outputs = terminal ? 1 : 2;
        this.input = ProcessStreams.input(pump, name, input, terminal, openStdin);
    }

    /** The shim's name for the process, once it has one. */
    void key(int number) {
        key = number;
    }

    /** Pipes for a copy of the output: what is read of them is begun later. The writing ends, which are the caller's. */
    synchronized List<Fd> prepare() {
        List<Fd> writers = new ArrayList<>();
        List<Fd> readers = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            Descriptors.Pipe pipe = Descriptors.pipe(0);
            writers.add(pipe.writer());
            readers.add(pipe.reader());
        }
        copy = ProcessStreams.outputs(pump, name, readers);
        return writers;
    }

    @Override
    public synchronized void begin(OutputSink sink) {
        if (gate != null) {
            throw EngineException.conflict("the output of " + name + " is being read already");
        }
        if (closed) {
            end(sink);
            return;
        }
        if (copy == null) {
            List<Fd> writers = prepare();
            try {
                // what comes back is here already
                link.attach(key, writers).ifPresent(Fd::close);
            } catch (EngineException e) {
                boolean over = e instanceof KernelException k && k.errno() == Errno.ESRCH;
                if (!over && e.kind() != EngineException.Kind.UNAVAILABLE) {
                    throw e;
                }
                // The process is over, or the shim is: nothing comes, and the pipes, whose writing ends are closed now,
                // say so.
            } finally {
                writers.forEach(Fd::close);
            }
        }
        ProcessStreams reading = copy;
        gate = new Gate(sink);
        if (reading != null) {
            reading.begin(gate);
        }
    }

    private void end(OutputSink sink) {
        sink.end(StreamKind.STDOUT);
        if (outputs == 2) {
            sink.end(StreamKind.STDERR);
        }
    }

    @Override
    public synchronized void leave() {
        if (gate != null) {
            gate.open = false;
        }
        if (copy != null) {
            copy.close();
        }
        gate = null;
        copy = null;
    }

    @Override
    public Optional<String> logLoss() {
        return Optional.ofNullable(logLoss);
    }

    void ended(ShimExit exit) {
        logLoss = exit.logLoss().orElse(null);
        input.finish();
    }

    @Override
    public void resume(StreamKind stream) {
        ProcessStreams reading;
        synchronized (this) {
            reading = copy;
        }
        if (reading != null) {
            reading.resume(stream);
        }
    }

    @Override
    public void stdin(ByteBuffer data, LongConsumer written) {
        input.stdin(data, written);
    }

    @Override
    public void closeStdin() {
        input.closeStdin();
        link.closeStdin(key);
    }

    @Override
    public void resize(int rows, int columns) {
        input.resize(rows, columns);
    }

    @Override
    public synchronized void close() {
        closed = true;
        input.close();
        if (copy != null) {
            copy.close();
        }
    }

    /** Lets a sink hear until it has left. */
    private static final class Gate implements OutputSink {
        private final OutputSink sink;
        private volatile boolean open = true;

        Gate(OutputSink sink) {
            this.sink = sink;
        }

        @Override
        public boolean output(StreamKind stream, ByteBuffer data) {
            return !open || sink.output(stream, data);
        }

        @Override
        public void end(StreamKind stream) {
            if (open) {
                sink.end(stream);
            }
        }
    }
}

package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.ProcessIo;
import dev.felucca.api.exec.StreamKind;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's standard streams, over pipes or a terminal's master that the {@link Pump} moves. It is the door's class, so
 * that it outlives the execution backend that made it: an update of that bundle disturbs no stream.
 */
public final class ProcessStreams implements ProcessIo {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessStreams.class);

    private final Pump pump;
    private final String key;
    private final Map<StreamKind, Fd> outputs = new EnumMap<>(StreamKind.class);
    private final Map<StreamKind, Output> reading = new EnumMap<>(StreamKind.class);
    private final @Nullable InputQueue input;
    private final @Nullable Fd terminal;
    private boolean begun;
    private boolean closed;
    private boolean finished;

    private ProcessStreams(
            Pump pump, String key, Map<StreamKind, Fd> outputs, @Nullable Fd input, @Nullable Fd terminal) {
        this.pump = pump;
        this.key = key;
        this.outputs.putAll(outputs);
        this.terminal = terminal;
        this.input = input == null ? null : new InputQueue(pump, key, input);
    }

    /**
     * The engine's ends of pipes, which it takes over.
     *
     * @param key see {@link Pump}
     * @param stdin absent if the process has /dev/null there
     */
    public static ProcessStreams pipes(Pump pump, String key, Optional<Fd> stdin, Fd stdout, Fd stderr) {
        return new ProcessStreams(
                pump, key, Map.of(StreamKind.STDOUT, stdout, StreamKind.STDERR, stderr), stdin.orElse(null), null);
    }

    /**
     * A terminal's master, which it takes over.
     *
     * @param openStdin whether input is accepted
     */
    public static ProcessStreams terminal(Pump pump, String key, Fd master, boolean openStdin) {
        Fd input = openStdin ? master.dup() : null;
        return new ProcessStreams(pump, key, Map.of(StreamKind.STDOUT, master.dup()), input, master);
    }

    /** Outputs alone: standard output, and error if there are two. */
    public static ProcessStreams outputs(Pump pump, String key, List<Fd> readers) {
        Map<StreamKind, Fd> outputs = new EnumMap<>(StreamKind.class);
        outputs.put(StreamKind.STDOUT, readers.get(0));
        if (readers.size() > 1) {
            outputs.put(StreamKind.STDERR, readers.get(1));
        }
        return new ProcessStreams(pump, key, outputs, null, null);
    }

    /**
     * Input alone, and the size of the terminal.
     *
     * @param fd the master of a terminal, or the writing end; taken over
     * @param openStdin whether input is accepted
     */
    public static ProcessStreams input(Pump pump, String key, Optional<Fd> fd, boolean terminal, boolean openStdin) {
        Fd master = terminal ? fd.orElse(null) : null;
        Fd writer = terminal ? (openStdin && master != null ? master.dup() : null) : fd.orElse(null);
        return new ProcessStreams(pump, key, Map.of(), writer, master);
    }

    @Override
    public void begin(OutputSink sink) {
        boolean late;
        synchronized (this) {
            if (begun) {
                throw EngineException.conflict("the output of " + key + " is being read already");
            }
            begun = true;
            late = closed;
            if (!late) {
                read(sink);
            }
        }
        if (late) {
            outputs.keySet().forEach(sink::end);
        }
    }

    private void read(OutputSink sink) {
        outputs.forEach((kind, fd) -> {
            Output output = new Output(kind, sink);
            reading.put(kind, output);
            output.read(pump, key, fd);
            if (finished) {
                output.finish();
            }
        });
    }

    @Override
    public void resume(StreamKind stream) {
        Output output;
        synchronized (this) {
            output = reading.get(stream);
        }
        if (output != null) {
            output.resume();
        }
    }

    @Override
    public void stdin(ByteBuffer data, LongConsumer written) {
        if (input == null) {
            throw EngineException.invalid("the standard input of this process is not open");
        }
        input.add(data, written);
    }

    @Override
    public void closeStdin() {
        if (input != null && terminal == null) {
            input.end();
        }
    }

    @Override
    public synchronized void resize(int rows, int columns) {
        if (terminal == null) {
            throw EngineException.invalid("the process has no terminal to resize");
        }
        if (rows < 1 || columns < 1 || rows > 0xffff || columns > 0xffff) {
            throw EngineException.invalid("a terminal of " + rows + " rows and " + columns + " columns");
        }
        if (terminal.isOpen()) {
            Ptys.resize(terminal, new Ptys.Size(rows, columns));
        }
    }

    /** The process is gone: what is there is read, and then the streams end, though others may hold them open. */
    public void finish() {
        synchronized (this) {
            finished = true;
            reading.values().forEach(Output::finish);
            if (terminal != null) {
                terminal.close();
            }
        }
        if (input != null) {
            input.close();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (begun) {
                reading.values().forEach(Output::drop);
            } else {
                outputs.values().forEach(Fd::close);
            }
            if (terminal != null) {
                terminal.close();
            }
        }
        if (input != null) {
            input.close();
        }
    }

    /** One output stream on its way to the sink; all of the sink's calls are made by the pump's thread for the key. */
    private static final class Output implements Pump.Sink {
        private final StreamKind kind;
        private final OutputSink sink;
        private volatile boolean dropping;
        private Pump.@Nullable Source source;

        Output(StreamKind kind, OutputSink sink) {
            this.kind = kind;
            this.sink = sink;
        }

        synchronized void read(Pump pump, String key, Fd fd) {
            source = pump.read(key, fd, this);
        }

        @Override
        public Answer data(ByteBuffer piece) {
            return dropping || sink.output(kind, piece) ? Answer.GO_ON : Answer.PAUSE;
        }

        @Override
        public void end(Optional<KernelException> failure) {
            failure.ifPresent(e -> LOG.warn("{} was cut off: {}", kind, e.message()));
            sink.end(kind);
        }

        synchronized void resume() {
            if (source != null) {
                source.resume();
            }
        }

        synchronized void finish() {
            if (source != null) {
                source.finish();
            }
        }

        synchronized void drop() {
            dropping = true;
            resume();
            finish();
        }
    }
}

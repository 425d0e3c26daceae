package dev.felucca.core.streams;

import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attached client of one run. Its own lock keeps its sink's calls apart, whichever threads they come from. */
final class StreamClient implements Attachment {
    private static final Logger LOG = LoggerFactory.getLogger(StreamClient.class);

    /** Where the client is with a stream; the run's lock guards it. */
    enum Flow {
        FREE,
        /** Its sink is being called. */
        TAKING,
        /** Its sink is being called, and it has said meanwhile that it wants more. */
        RESUMED,
        PAUSED
    }

    final Map<StreamKind, Flow> flow = new EnumMap<>(StreamKind.class);
    /** The streams whose end it was told; the run's lock guards it. */
    final Set<StreamKind> told = EnumSet.noneOf(StreamKind.class);

    private final StreamRun run;
    private final boolean stdin;
    private final OutputSink sink;
    private volatile boolean left;

    StreamClient(StreamRun run, boolean stdin, OutputSink sink) {
        this.run = run;
        this.stdin = stdin;
        this.sink = sink;
    }

    /** A client that fails must not take the container or other clients with it: it has left. */
    synchronized boolean give(StreamKind stream, ByteBuffer data) {
        try {
            return left || sink.output(stream, data);
        } catch (RuntimeException e) {
            LOG.warn("an attached client failed to take output and is detached", e);
            close();
            return true;
        }
    }

    synchronized void tell(StreamKind stream) {
        try {
            if (!left) {
                sink.end(stream);
            }
        } catch (RuntimeException e) {
            LOG.warn("an attached client failed to take the end of {} and is detached", stream, e);
            close();
        }
    }

    @Override
    public void stdin(ByteBuffer data, LongConsumer written) {
        if (!stdin) {
            throw new IllegalStateException("this client was attached without standard input");
        }
        run.stdin().write(data, written);
    }

    @Override
    public void closeStdin() {
        if (stdin) {
            run.stdin().clientEnds();
        }
    }

    @Override
    public void resize(int rows, int columns) {
        run.stdin().resize(rows, columns);
    }

    @Override
    public void resume(StreamKind stream) {
        run.resume(this, stream);
    }

    @Override
    public void close() {
        left = true;
        closeStdin();
        run.leave(this);
    }
}

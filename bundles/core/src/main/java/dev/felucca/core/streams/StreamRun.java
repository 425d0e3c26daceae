package dev.felucca.core.streams;

import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.ProcessIo;
import dev.felucca.api.exec.StreamKind;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one run, from before its begin until its end was told. Its lock is not held while a client's sink or the
 * process's io is called. Thread-safe.
 */
final class StreamRun implements OutputSink {
    private final LogFile log;
    private final StreamInput input;
    private final List<StreamClient> clients = new CopyOnWriteArrayList<>();
    private final Map<StreamKind, LogStream> logStreams = new EnumMap<>(StreamKind.class);
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    private final Object lock = new Object();
    /** Streams not at their end. */
    private final Set<StreamKind> open;
    /** Streams whose pump was told to pause. */
    private final Set<StreamKind> held = EnumSet.noneOf(StreamKind.class);

    private @Nullable ProcessIo io;
    private boolean finishing;
    private boolean over;

    StreamRun(LogFile log, boolean tty, boolean stdinOnce) {
        this.log = log;
        this.input = new StreamInput(tty, stdinOnce);
        this.open = tty ? EnumSet.of(StreamKind.STDOUT) : EnumSet.of(StreamKind.STDOUT, StreamKind.STDERR);
        open.forEach(kind -> logStreams.put(kind, new LogStream(kind)));
    }

    StreamInput stdin() {
        return input;
    }

    CompletableFuture<Void> drained() {
        return drained;
    }

    void begin(ProcessIo process) {
        synchronized (lock) {
            io = process;
        }
        log.runBegins();
        try {
            process.begin(this);
        } catch (RuntimeException e) {
            synchronized (lock) {
                io = null;
            }
            log.runEnds();
            throw e;
        }
        input.begin(process);
    }

    StreamClient attach(boolean stdin, OutputSink sink) {
        var client = new StreamClient(this, stdin, sink);
        clients.add(client);
        // Streams that ended before it came.
        for (StreamKind kind : logStreams.keySet()) {
            boolean ended;
            synchronized (lock) {
                ended = over || !open.contains(kind);
            }
            if (ended) {
                tell(client, kind);
            }
        }
        return client;
    }

    @Override
    public boolean output(StreamKind stream, ByteBuffer data) {
        log.append(stream(stream), data.duplicate());
        for (StreamClient client : clients) {
            give(client, stream, data.duplicate());
        }
        synchronized (lock) {
            boolean paused = paused(stream);
            if (paused) {
                held.add(stream);
            }
            return !paused;
        }
    }

    private LogStream stream(StreamKind kind) {
        LogStream stream = logStreams.get(kind);
        if (stream == null) {
            throw new IllegalArgumentException("a run without " + kind + " gave output there");
        }
        return stream;
    }

    private void give(StreamClient client, StreamKind stream, ByteBuffer data) {
        synchronized (lock) {
            client.flow.put(stream, StreamClient.Flow.TAKING);
        }
        boolean more = client.give(stream, data);
        synchronized (lock) {
            boolean pause = !more && client.flow.get(stream) == StreamClient.Flow.TAKING;
            client.flow.put(stream, pause ? StreamClient.Flow.PAUSED : StreamClient.Flow.FREE);
        }
    }

    private boolean paused(StreamKind stream) {
        return clients.stream().anyMatch(c -> c.flow.get(stream) == StreamClient.Flow.PAUSED);
    }

    void resume(StreamClient client, StreamKind stream) {
        synchronized (lock) {
            StreamClient.Flow was = client.flow.get(stream);
            if (was == StreamClient.Flow.TAKING) {
                client.flow.put(stream, StreamClient.Flow.RESUMED);
            } else if (was == StreamClient.Flow.PAUSED) {
                client.flow.put(stream, StreamClient.Flow.FREE);
            }
        }
        release(stream);
    }

    void leave(StreamClient client) {
        clients.remove(client);
        logStreams.keySet().forEach(this::release);
    }

    private void release(StreamKind stream) {
        ProcessIo process;
        synchronized (lock) {
            process = !paused(stream) && held.remove(stream) ? io : null;
        }
        if (process != null) {
            process.resume(stream);
        }
    }

    @Override
    public void end(StreamKind stream) {
        log.end(stream(stream));
        boolean all;
        synchronized (lock) {
            open.remove(stream);
            all = open.isEmpty();
        }
        clients.forEach(client -> tell(client, stream));
        if (all) {
            drained.complete(null);
            endIfFinished();
        }
    }

    private void tell(StreamClient client, StreamKind stream) {
        boolean first;
        synchronized (lock) {
            first = client.told.add(stream);
        }
        if (first) {
            client.tell(stream);
        }
    }

    /** No more is expected: what the io still reads until it is closed is the last. */
    void finish() {
        ProcessIo process;
        synchronized (lock) {
            finishing = true;
            process = io;
        }
        input.finish();
        if (process != null) {
            process.close();
        }
        endIfFinished();
    }

    private void endIfFinished() {
        boolean began;
        synchronized (lock) {
            began = io != null;
            if (over || !finishing || (began && !open.isEmpty())) {
                return;
            }
            over = true;
        }
        for (StreamClient client : clients) {
            logStreams.keySet().forEach(kind -> tell(client, kind));
        }
        clients.clear();
        drained.complete(null);
        if (began) {
            log.runEnds();
        }
    }
}

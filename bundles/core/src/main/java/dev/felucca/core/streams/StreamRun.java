package dev.felucca.core.streams;

import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.ProcessIo;
import dev.felucca.api.exec.StreamKind;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one run, from before its begin until its end was told. Its lock is not held while a client's sink or the
 * process's io is called. Thread-safe.
 *
 * <p>Where the backend keeps the output itself, its copy is asked for only while a client is there: nobody reading stops nothing.
 */
final class StreamRun implements OutputSink {
    private final StreamInput input;
    private final List<StreamClient> clients = new CopyOnWriteArrayList<>();
    private final List<StreamKind> kinds;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    /** Held while a copy of the output is asked for or given up, and while the io is called for that. */
    private final Object subscription = new Object();
    /** Whether the backend keeps the output, and the sink gets a copy; subscription guards it and what follows. */
    private boolean copied;

    private boolean subscribed;
    private boolean awaited;

    private final Object lock = new Object();
    /** Streams not at their end. */
    private final Set<StreamKind> open;
    /** Streams whose pump was told to pause. */
    private final Set<StreamKind> held = EnumSet.noneOf(StreamKind.class);

    private OutputLog log = OutputLog.NONE;
    private @Nullable ProcessIo io;
    private boolean finishing;
    private boolean over;

    StreamRun(boolean tty, boolean stdinOnce) {
        this.input = new StreamInput(tty, stdinOnce);
        this.kinds = tty ? List.of(StreamKind.STDOUT) : List.of(StreamKind.STDOUT, StreamKind.STDERR);
        this.open = EnumSet.copyOf(kinds);
    }

    StreamInput stdin() {
        return input;
    }

    /** Completes when all output was given to the clients; at once if the backend keeps it and no client is there. */
    CompletableFuture<Void> drained() {
        synchronized (subscription) {
            awaited = true;
            if (copied && !subscribed) {
                drained.complete(null);
            }
        }
        return drained;
    }

    /** The process's output is read here from now on and kept in the log. */
    void begin(ProcessIo process, OutputLog kept) {
        synchronized (lock) {
            io = process;
            log = kept;
        }
        kept.begin();
        try {
            process.begin(this);
        } catch (RuntimeException e) {
            synchronized (lock) {
                io = null;
            }
            kept.finish();
            throw e;
        }
        input.begin(process);
    }

    /** The backend reads the process's output and keeps it; here it is copied for clients. */
    void beginCopies(ProcessIo process) {
        synchronized (subscription) {
            synchronized (lock) {
                io = process;
            }
            copied = true;
            if (clients.isEmpty()) {
                // what the backend holds for a first reader would stop the process
                process.leave();
            } else {
                subscribe(process);
            }
        }
        input.begin(process);
    }

    private void subscribe(ProcessIo process) {
        subscribed = true;
        process.begin(this);
    }

    StreamClient attach(boolean stdin, OutputSink sink) {
        var client = new StreamClient(this, stdin, sink);
        synchronized (subscription) {
            clients.add(client);
            ProcessIo process = io();
            if (copied && !subscribed && process != null) {
                subscribe(process);
            }
        }
        // Streams that ended before it came.
        for (StreamKind kind : kinds) {
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

    private @Nullable ProcessIo io() {
        synchronized (lock) {
            return over ? null : io;
        }
    }

    @Override
    public boolean output(StreamKind stream, ByteBuffer data) {
        if (!kinds.contains(stream)) {
            throw new IllegalArgumentException("a run without " + stream + " gave output there");
        }
        log().append(stream, data.duplicate());
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

    private OutputLog log() {
        synchronized (lock) {
            return log;
        }
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
        synchronized (subscription) {
            clients.remove(client);
            ProcessIo process = io();
            if (subscribed && clients.isEmpty() && process != null) {
                subscribed = false;
                process.leave();
                if (awaited) {
                    drained.complete(null);
                }
            }
        }
        kinds.forEach(this::release);
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
        log().end(stream);
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
        synchronized (subscription) {
            synchronized (lock) {
                began = io != null;
                boolean reading = copied ? subscribed : began;
                if (over || !finishing || (reading && !open.isEmpty())) {
                    return;
                }
                over = true;
            }
        }
        for (StreamClient client : clients) {
            kinds.forEach(kind -> tell(client, kind));
        }
        clients.clear();
        drained.complete(null);
        if (began) {
            log().finish();
        }
    }
}

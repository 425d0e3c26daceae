package dev.felucca.door.services;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Epoll;
import dev.felucca.door.Fd;
import dev.felucca.door.Pump.Writer;
import dev.felucca.door.Pump.WriterListener;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes one stream from a queue, which is guarded by itself; the rest belongs to the pump's thread. */
final class PumpWriter extends PumpThread.Stream implements Writer {
    private final PumpThread thread;
    private final Fd fd;
    private final WriterListener listener;
    private final int capacity;
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
    private int queued;
    private boolean ending;
    private boolean done;

    PumpWriter(PumpThread thread, Fd fd, int capacity, WriterListener listener) {
        if (capacity <= 0) {
            throw EngineException.invalid("a queue of " + capacity + " bytes");
        }
        this.thread = thread;
        this.fd = fd;
        this.listener = listener;
        this.capacity = capacity;
        Descriptors.setNonblocking(fd, true);
        thread.post(() -> thread.begin(this));
    }

    @Override
    Fd fd() {
        return fd;
    }

    @Override
    public boolean offer(ByteBuffer data) {
        synchronized (queue) {
            if (ending || data.remaining() > capacity - queued) {
                return false;
            }
            if (!data.hasRemaining()) {
                return true;
            }
            queued += data.remaining();
            queue.add(ByteBuffer.allocate(data.remaining()).put(data).flip());
            if (queue.size() > 1) {
                // The thread has its task already, or waits for the stream.
                return true;
            }
        }
        thread.post(() -> thread.guard(this::serve, this));
        return true;
    }

    @Override
    public int room() {
        synchronized (queue) {
            return ending ? 0 : capacity - queued;
        }
    }

    @Override
    public void end() {
        synchronized (queue) {
            ending = true;
        }
        thread.post(() -> thread.guard(this::serve, this));
    }

    private @Nullable ByteBuffer head() {
        synchronized (queue) {
            return queue.peek();
        }
    }

    @Override
    void serve() {
        if (done) {
            return;
        }
        ByteBuffer head = head();
        if (head == null) {
            thread.unwatch(this);
            if (isEnding()) {
                finish(Optional.empty());
            }
            return;
        }
        int n;
        try {
            n = Descriptors.tryWrite(fd, head);
        } catch (KernelException e) {
            finish(Optional.of(e));
            return;
        }
        if (n < 0) {
            thread.watch(this, Epoll.EPOLLOUT);
            return;
        }
        boolean more;
        synchronized (queue) {
            queued -= n;
            if (!head.hasRemaining()) {
                queue.remove();
            }
            more = !queue.isEmpty() || ending;
        }
        listener.consumed(n);
        if (!more) {
            thread.unwatch(this);
        } else if (!thread.isWatched(this)) {
            // The next piece in the next turn, after the other streams.
            thread.post(() -> thread.guard(this::serve, this));
        }
    }

    private boolean isEnding() {
        synchronized (queue) {
            return ending;
        }
    }

    private void finish(Optional<KernelException> failure) {
        drop();
        listener.ended(failure);
    }

    @Override
    void drop() {
        if (done) {
            return;
        }
        done = true;
        synchronized (queue) {
            ending = true;
            queue.clear();
            queued = 0;
        }
        thread.forget(this);
        fd.close();
    }

    @Override
    public void close() {
        thread.post(this::drop);
    }
}

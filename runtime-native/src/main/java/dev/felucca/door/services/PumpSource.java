package dev.felucca.door.services;

import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Epoll;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Pump.Sink;
import dev.felucca.door.Pump.Source;
import java.util.Optional;

/** Reads one stream. */
final class PumpSource extends PumpThread.Stream implements Source {
    /** The most that a pipe holds by default (fs.pipe-max-size). */
    private static final int LIMIT = 1 << 20;

    private final PumpThread thread;
    private final Fd fd;
    private final Sink sink;
    private boolean paused;
    private boolean finishing;
    /** While finishing: what may still be read, so that a flood cannot go on for ever. */
    private int left = LIMIT;

    private boolean done;

    PumpSource(PumpThread thread, Fd fd, Sink sink) {
        this.thread = thread;
        this.fd = fd;
        this.sink = sink;
    }

    Source begin() {
        Descriptors.setNonblocking(fd, true);
        thread.post(() -> thread.begin(this));
        post(() -> thread.watch(this, Epoll.EPOLLIN));
        return this;
    }

    private void post(Runnable work) {
        thread.post(() -> {
            if (!done) {
                thread.guard(work, this);
            }
        });
    }

    @Override
    Fd fd() {
        return fd;
    }

    @Override
    void serve() {
        if (done || paused) {
            return;
        }
        if (left <= 0) {
            end(Optional.empty());
            return;
        }
        int n;
        try {
            n = Descriptors.tryRead(fd, thread.piece.clear());
        } catch (KernelException e) {
            // A terminal's master says EIO when nobody has the terminal open any more.
            end(e.errno() == Errno.EIO ? Optional.empty() : Optional.of(e));
            return;
        }
        if (n > 0) {
            left -= finishing ? n : 0;
            if (sink.data(thread.piece.flip()) == Sink.Answer.PAUSE && !done) {
                paused = true;
                thread.unwatch(this);
            } else if (finishing) {
                // Not watched any more: the next piece in the next turn, after the other streams.
                post(this::serve);
            }
        } else if (n == 0 || finishing) {
            end(Optional.empty());
        }
    }

    private void end(Optional<KernelException> failure) {
        drop();
        sink.end(failure);
    }

    @Override
    void drop() {
        if (!done) {
            done = true;
            thread.forget(this);
            fd.close();
        }
    }

    @Override
    public void resume() {
        post(() -> {
            if (paused) {
                paused = false;
                if (!finishing) {
                    thread.watch(this, Epoll.EPOLLIN);
                }
                serve();
            }
        });
    }

    @Override
    public void finish() {
        post(() -> {
            if (!finishing) {
                finishing = true;
                thread.unwatch(this);
                serve();
            }
        });
    }

    @Override
    public void close() {
        post(this::drop);
    }
}

package dev.felucca.door.services;

import dev.felucca.door.Fd;
import dev.felucca.door.Processes;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a few children that wait for their first message, so that a birth waits for no fork and no exec. They know nothing of the
 * container to come: descriptors, plan and control group all come with the handshake. When the engine dies they read the end of
 * file and end. Thread-safe.
 */
final class Spares<T extends Spares.Spare> {
    private static final Logger LOG = LoggerFactory.getLogger(Spares.class);

    /** How many are kept: enough for a birth that begins while another is being replaced. */
    static final int KEPT = 2;

    private final Supplier<T> start;
    private final Executor spawner;
    private final ArrayDeque<T> waiting = new ArrayDeque<>(KEPT);
    private final AtomicBoolean filling = new AtomicBoolean();
    private boolean closed;

    /** A child that ends when it is closed. */
    interface Spare extends AutoCloseable {
        int pid();

        @Override
        void close();
    }

    /** A felucca-init that has not got a plan yet, and the engine's end of its socket. */
    record Bootstrap(int pid, Fd socket) implements Spare {
        @Override
        public void close() {
            socket.close();
        }
    }

    /**
     * @param start makes one, in the spawner thread
     * @param spawner runs tasks in the spawner thread
     */
    Spares(Supplier<T> start, Executor spawner) {
        this.start = start;
        this.spawner = spawner;
    }

    /** One that waits, if there is one; it is the caller's. */
    Optional<T> take() {
        while (true) {
            T b;
            synchronized (this) {
                b = waiting.poll();
            }
            if (b == null || Processes.poll(b.pid()).isEmpty()) {
                return Optional.ofNullable(b);
            }
            LOG.warn("a waiting child, pid {}, was ended by another", b.pid());
            b.close();
        }
    }

    /** Brings the number up to what is kept, in the spawner thread. */
    void fill() {
        if (filling.compareAndSet(false, true)) {
            spawner.execute(() -> {
                filling.set(false);
                try {
                    fillHere();
                } catch (RuntimeException e) {
                    // A birth starts its own then, and reports what is wrong.
                    LOG.warn("no child can be started ahead", e);
                }
            });
        }
    }

    /** As {@link #fill}, by the spawner thread itself. */
    void fillHere() {
        while (wanted()) {
            T b = start.get();
            if (!keep(b)) {
                end(b);
            }
        }
    }

    private synchronized boolean wanted() {
        return !closed && waiting.size() < KEPT;
    }

    private synchronized boolean keep(T b) {
        return !closed && waiting.add(b);
    }

    /** Ends them all: they see the end of file. */
    void close() {
        ArrayDeque<T> all;
        synchronized (this) {
            closed = true;
            all = new ArrayDeque<>(waiting);
            waiting.clear();
        }
        all.forEach(this::end);
    }

    private void end(T b) {
        b.close();
        Processes.destroy(b.pid());
    }
}

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
 * Keeps a few bootstraps that wait for their first message, so that a birth waits for no fork and no exec. They know nothing of the
 * container to come: descriptors, plan and control group all come with the handshake. When the engine dies they read the end of
 * file and end. Thread-safe.
 */
final class Spares {
    private static final Logger LOG = LoggerFactory.getLogger(Spares.class);

    /** How many are kept: enough for a birth that begins while another is being replaced. */
    static final int KEPT = 2;

    private final Supplier<Bootstrap> start;
    private final Executor spawner;
    private final ArrayDeque<Bootstrap> waiting = new ArrayDeque<>(KEPT);
    private final AtomicBoolean filling = new AtomicBoolean();
    private boolean closed;

    /** A felucca-init that has not got a plan yet, and the engine's end of its socket. */
    record Bootstrap(int pid, Fd socket) {}

    /**
     * @param start makes one, in the spawner thread
     * @param spawner runs tasks in the spawner thread
     */
    Spares(Supplier<Bootstrap> start, Executor spawner) {
        this.start = start;
        this.spawner = spawner;
    }

    /** One that waits, if there is one; it is the caller's. */
    Optional<Bootstrap> take() {
        while (true) {
            Bootstrap b;
            synchronized (this) {
                b = waiting.poll();
            }
            if (b == null || Processes.poll(b.pid).isEmpty()) {
                return Optional.ofNullable(b);
            }
            LOG.warn("a waiting felucca-init, pid {}, was ended by another", b.pid);
            b.socket.close();
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
                    LOG.warn("no felucca-init can be started ahead", e);
                }
            });
        }
    }

    /** As {@link #fill}, by the spawner thread itself. */
    void fillHere() {
        while (wanted()) {
            Bootstrap b = start.get();
            if (!keep(b)) {
                end(b);
            }
        }
    }

    private synchronized boolean wanted() {
        return !closed && waiting.size() < KEPT;
    }

    private synchronized boolean keep(Bootstrap b) {
        return !closed && waiting.add(b);
    }

    /** Ends them all: they see the end of file. */
    void close() {
        ArrayDeque<Bootstrap> all;
        synchronized (this) {
            closed = true;
            all = new ArrayDeque<>(waiting);
            waiting.clear();
        }
        all.forEach(Spares::end);
    }

    private static void end(Bootstrap b) {
        b.socket.close();
        Processes.destroy(b.pid);
    }
}

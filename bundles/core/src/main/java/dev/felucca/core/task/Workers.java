package dev.felucca.core.task;

import java.util.ArrayDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small pool: at most so many tasks run at once, and those that wait for something outside of the engine's own code do not
 * count. So a task that hangs in a driver holds up nobody but its own container.
 */
public final class Workers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final IntSupplier limit;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final ExecutorService threads;
    private int running;

    public Workers(IntSupplier limit) {
        this.limit = limit;
        threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), r -> {
            Thread t = new Thread(r, "felucca-worker");
            t.setDaemon(true);
            return t;
        });
    }

    public void execute(Runnable task) {
        synchronized (queue) {
            if (running >= limit.getAsInt()) {
                queue.addLast(task);
                return;
            }
            running++;
        }
        threads.execute(() -> work(task));
    }

    /** Runs something that may wait; meanwhile another task may have this one's place. */
    public <T> T parked(Supplier<T> waiting) {
        Runnable next;
        synchronized (queue) {
            running--;
            next = running < limit.getAsInt() ? queue.pollFirst() : null;
            if (next != null) {
                running++;
            }
        }
        if (next != null) {
            Runnable task = next;
            threads.execute(() -> work(task));
        }
        try {
            return waiting.get();
        } finally {
            synchronized (queue) {
                running++; // above the limit for a moment: better than waiting for a place with kernel resources in
                // hand
            }
        }
    }

    private void work(Runnable first) {
        for (Runnable task = first; task != null; ) {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("a task failed outside of its own handling", e);
            }
            synchronized (queue) {
                task = running <= limit.getAsInt() ? queue.pollFirst() : null;
                if (task == null) {
                    running--;
                }
            }
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}

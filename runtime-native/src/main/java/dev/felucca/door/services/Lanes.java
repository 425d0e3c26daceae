package dev.felucca.door.services;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks of one key in order and of different keys side by side, on a small pool; submitting never blocks. */
final class Lanes {
    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);
    private static final int THREADS = 16;

    private final ThreadPoolExecutor pool;
    /** A key is here while one of its tasks runs or waits; guarded by itself. */
    private final Map<String, ArrayDeque<Runnable>> lanes = new HashMap<>();

    Lanes(String name) {
        AtomicInteger count = new AtomicInteger();
        pool = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), r -> {
            Thread t = new Thread(null, r, name + "-" + count.incrementAndGet(), 512 * 1024);
            t.setDaemon(true);
            return t;
        });
        pool.allowCoreThreadTimeOut(true);
    }

    void submit(String key, Runnable task) {
        synchronized (lanes) {
            ArrayDeque<Runnable> lane = lanes.get(key);
            if (lane != null) {
                lane.add(task);
                return;
            }
            lanes.put(key, new ArrayDeque<>(0));
        }
        pool.execute(() -> run(key, task));
    }

    private void run(String key, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a listener for {} failed", key, e);
        }
        Runnable next;
        synchronized (lanes) {
            ArrayDeque<Runnable> lane = lanes.get(key);
            next = lane == null ? null : lane.poll();
            if (next == null) {
                lanes.remove(key);
                return;
            }
        }
        // To the end of the pool's queue, so that a busy key does not keep a thread from the others.
        Runnable following = next;
        pool.execute(() -> run(key, following));
    }

    /** Lets what was submitted come to its end, up to the time given. */
    void close(long seconds) {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(seconds, TimeUnit.SECONDS)) {
                LOG.warn("listeners are still running after {} s", seconds);
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}

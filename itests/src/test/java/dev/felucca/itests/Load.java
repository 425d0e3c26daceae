package dev.felucca.itests;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Threads that run containers, one after another, with every combination of drivers, until closed. Each must succeed. */
final class Load implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean ended;
    private long done;

    Load(Felucca felucca) {
        for (Combo combo : Combo.ours()) {
            Thread t = new Thread(() -> loop(felucca, combo), "load " + combo);
            t.start();
            threads.add(t);
        }
    }

    private void loop(Felucca felucca, Combo combo) {
        try {
            while (!ended && failure.get() == null) {
                Felucca.Result r = felucca.run(new Request(combo, "sh", "-c", "echo done"));
                if (r.code() != 0 || !r.out().equals("done\n")) {
                    throw new AssertionError(combo + " gave " + r);
                }
                count();
            }
        } catch (Throwable t) {
            failure.compareAndSet(null, new AssertionError("under " + combo, t));
            wake();
        }
    }

    private synchronized void count() {
        done++;
        notifyAll();
    }

    private synchronized void wake() {
        notifyAll();
    }

    synchronized long done() {
        return done;
    }

    /** Waits until so many have run in all, and fails if one has failed. */
    synchronized void awaitMore(long count) throws InterruptedException {
        long end = System.nanoTime() + Felucca.PATIENCE.toNanos();
        while (done < count && failure.get() == null) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("only " + done + " of " + count + " containers ran");
            }
            wait(left);
        }
        check();
    }

    private void check() {
        Throwable t = failure.get();
        if (t != null) {
            throw new AssertionError(t.getMessage(), t.getCause());
        }
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        for (Thread t : threads) {
            t.join(Felucca.PATIENCE.toMillis());
        }
        check();
    }
}

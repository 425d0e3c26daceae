package dev.felucca.core.task;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One container's tasks, one after another, on shared workers. Thread-safe. */
public final class SerialQueue {
    private final Workers workers;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;

    public SerialQueue(Workers workers) {
        this.workers = workers;
    }

    /** Adds a task; the future completes with its result or its exception. */
    public <T> CompletableFuture<T> submit(Supplier<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Runnable run = () -> {
            T result;
            try {
                result = task.get();
            } catch (Throwable t) {
                next();
                done.completeExceptionally(t);
                return;
            }
            next(); // before the result is told, so that who hears of it finds the queue free
            done.complete(result);
        };
        synchronized (waiting) {
            if (busy) {
                waiting.addLast(run);
                return done;
            }
            busy = true;
        }
        workers.execute(run);
        return done;
    }

    /** Lets tasks wait until {@link #release}; only while none has been submitted. */
    public void hold() {
        synchronized (waiting) {
            if (busy) {
                throw new IllegalStateException("the queue has tasks already");
            }
            busy = true;
        }
    }

    public void release() {
        next();
    }

    private void next() {
        @Nullable Runnable run;
        synchronized (waiting) {
            run = waiting.pollFirst();
            if (run == null) {
                busy = false;
            }
        }
        if (run != null) {
            workers.execute(run);
        }
    }
}

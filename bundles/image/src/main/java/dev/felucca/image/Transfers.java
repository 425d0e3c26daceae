package dev.felucca.image;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does several transfers at a time; the first that fails ends all. What they report is passed on by the thread that made this object, so
 * that a transfer which is interrupted never is so in the middle of what listens: that may write to a channel, which an interrupt closes.
 */
final class Transfers implements Progress {
    private static final AtomicInteger SERIAL = new AtomicInteger();

    private final Progress progress;
    private final String action;
    private final Thread owner = Thread.currentThread();
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

    /**
     * @param action what the reading or sending of content is called
     */
    Transfers(Progress progress, String action) {
        this.progress = progress;
        this.action = action;
    }

    @Override
    public void report(String item, String what, long done, long total) {
        String named = what.equals(Staging.ACTION) ? action : what;
        if (Thread.currentThread() == owner) {
            progress.report(item, named, done, total);
        } else {
            events.add(() -> progress.report(item, named, done, total));
        }
    }

    /** What happened, without numbers. */
    void say(String item, String what) {
        report(item, what, -1, -1);
    }

    /**
     * Returns when nothing goes on any more, also when it fails.
     *
     * @return in the order of the tasks
     */
    <T> List<T> all(List<Callable<T>> tasks, int atOnce) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(atOnce, r -> {
            Thread t = new Thread(r, "felucca-transfer-" + SERIAL.incrementAndGet());
            t.setDaemon(true);
            return t;
        });
        try {
            List<FutureTask<T>> futures = new ArrayList<>();
            for (Callable<T> task : tasks) {
                futures.add(new FutureTask<>(task) {
                    @Override
                    protected void done() {
                        events.add(() -> {});
                    }
                });
            }
            futures.forEach(threads::execute);
            while (!areDone(futures)) {
                events.take().run();
            }
            for (Runnable r = events.poll(); r != null; r = events.poll()) {
                r.run();
            }
            List<T> results = new ArrayList<>();
            for (Future<T> f : futures) {
                results.add(get(f));
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("interrupted");
        } finally {
            end(threads);
        }
    }

    /** Throws as soon as one has failed. */
    private static <T> boolean areDone(List<FutureTask<T>> futures) throws IOException, InterruptedException {
        boolean all = true;
        for (FutureTask<T> f : futures) {
            if (f.isDone()) {
                get(f);
            } else {
                all = false;
            }
        }
        return all;
    }

    private static <T> T get(Future<T> f) throws IOException, InterruptedException {
        try {
            return f.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineException cause) {
                throw new EngineException(cause.kind(), cause.message(), cause);
            }
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(cause.getMessage(), cause);
            }
            throw EngineException.internal("a transfer failed", e.getCause());
        }
    }

    /** Each hears the interrupt while it waits for the registry; while it waits for the disk, it does so no longer than that takes. */
    private static void end(ExecutorService threads) {
        threads.shutdownNow();
        boolean interrupted = false;
        boolean over = false;
        while (!over) {
            try {
                over = threads.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.felucca.shell.command;

import dev.felucca.api.image.Progress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Work that may wait for others for long, in a thread of its own: its caller can go at once, and the work ends at its next report. It is not
 * interrupted, since that could close the connection on which it reports.
 */
final class BackgroundWork {
    private BackgroundWork() {}

    interface Work<T> {
        T run(Progress progress) throws Exception;
    }

    static <T> T await(Call call, Progress progress, Work<T> work) {
        AtomicBoolean gone = new AtomicBoolean();
        Progress heard = (item, action, done, total) -> {
            if (gone.get()) throw new Call.CallerGoneException();
            progress.report(item, action, done, total);
        };
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread worker = new Thread(
                () -> {
                    try {
                        result.complete(work.run(heard));
                    } catch (Throwable e) { // an error too: the caller waits
                        result.completeExceptionally(new CompletionException(e.getMessage(), e));
                    }
                },
                "felucca-shell-work");
        worker.setDaemon(true);
        worker.start();
        try {
            return call.await(result);
        } finally {
            gone.set(true);
        }
    }
}

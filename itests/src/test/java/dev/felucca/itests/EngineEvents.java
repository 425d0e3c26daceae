package dev.felucca.itests;

import dev.felucca.api.event.Events;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waiting for what the engine in this process tells. */
final class EngineEvents {
    private EngineEvents() {}

    /** Asks at once and after each event; the engine's views are up to date when it tells of a change. */
    static void until(Events events, String what, BooleanSupplier condition) throws InterruptedException {
        Semaphore told = new Semaphore(1);
        long end = System.nanoTime() + Felucca.PATIENCE.toNanos();
        try (var s = events.subscribe(e -> told.release())) {
            do {
                if (!told.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    throw new AssertionError("not within " + Felucca.PATIENCE + ": " + what);
                }
            } while (!condition.getAsBoolean());
        }
    }
}

package dev.felucca.image;

import java.util.concurrent.atomic.AtomicInteger;

/** Short-lived helper threads: one beside each stream that is loaded or read. */
final class Threads {
    private static final AtomicInteger SERIAL = new AtomicInteger();

    private Threads() {}

    static void start(String name, Runnable work) {
        Thread t = new Thread(work, "felucca-" + name + "-" + SERIAL.incrementAndGet());
        t.setDaemon(true);
        t.start();
    }
}

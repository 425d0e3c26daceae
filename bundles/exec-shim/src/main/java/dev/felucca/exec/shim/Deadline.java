package dev.felucca.exec.shim;

import java.time.Duration;

/** The moment by which a birth has to be over. */
final class Deadline {
    private final long end;

    Deadline(Duration from) {
        end = System.nanoTime() + from.toNanos();
    }

    /** What is left, but not more than this. */
    Duration atMost(Duration limit) {
        Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        return left.compareTo(limit) < 0 ? left : limit;
    }
}

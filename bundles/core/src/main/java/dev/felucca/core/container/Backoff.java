package dev.felucca.core.container;

import java.time.Duration;

/** Docker's pauses between restarts: 100 ms, doubled up to a minute, from the beginning again after a run of 10 s. */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration LASTED = Duration.ofSeconds(10);

    private Duration next = FIRST;
    /** Names the restart that is to come; another one, or none, cancels it. */
    private long turn;

    /** How long to wait after a run of that length. */
    Duration after(Duration run) {
        if (run.compareTo(LASTED) >= 0) {
            next = FIRST;
        }
        Duration wait = next;
        Duration doubled = wait.multipliedBy(2);
        next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        return wait;
    }

    void reset() {
        next = FIRST;
        turn++;
    }

    /** Begins to wait; what was waited for before is cancelled. */
    long begin() {
        return ++turn;
    }

    boolean isTurn(long begun) {
        return turn == begun;
    }
}

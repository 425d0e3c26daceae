package dev.felucca.core.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff();

    private long after(long runMillis) {
        return backoff.after(Duration.ofMillis(runMillis)).toMillis();
    }

    @Test
    void doublesUpToAMinute() {
        long wanted = 100;
        for (int i = 0; i < 10; i++) {
            assertEquals(wanted, after(50));
            wanted *= 2;
        }
        assertEquals(60_000, after(50));
        assertEquals(60_000, after(9_999));
    }

    @Test
    void beginsAnewAfterALongRun() {
        after(0);
        after(0);
        assertEquals(100, after(10_000));
        assertEquals(200, after(0));
        backoff.reset();
        assertEquals(100, after(0));
    }

    @Test
    void aLaterTurnCancelsTheOneBefore() {
        long first = backoff.begin();
        assertTrue(backoff.isTurn(first));
        long second = backoff.begin();
        assertFalse(backoff.isTurn(first));
        backoff.reset();
        assertFalse(backoff.isTurn(second));
    }
}

package dev.felucca.shell.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormatTest {
    @Test
    void aTableShowsControlCharacters() {
        List<String> lines = new Table().row("a\u001b[31mb", "c\u009bd\ne").lines();
        assertEquals(List.of("a\\x1b[31mb   c\\x9bd\\x0ae"), lines);
    }

    @Test
    void sizes() {
        Map.of(0L, "0B", 999L, "999B", 1000L, "1kB", 4_260_000L, "4.26MB", 1_234_567_890L, "1.23GB", 999_999L, "1000kB")
                .forEach((bytes, text) -> assertEquals(text, Human.size(bytes)));
        assertEquals("512MiB", Human.binarySize(512L << 20));
        assertEquals("1.953GiB", Human.binarySize(2_097_152_000L));
    }

    @Test
    void durations() {
        Map.of(
                        0L,
                        "Less than a second",
                        1L,
                        "1 second",
                        59L,
                        "59 seconds",
                        60L,
                        "About a minute",
                        3599L,
                        "59 minutes",
                        3600L,
                        "About an hour",
                        7200L,
                        "2 hours",
                        86400L * 3,
                        "3 days",
                        86400L * 20,
                        "2 weeks",
                        86400L * 100,
                        "3 months")
                .forEach((s, text) -> assertEquals(text, Human.duration(Duration.ofSeconds(s))));
        assertEquals("2 years", Human.duration(Duration.ofDays(800)));
        assertEquals("12.3ms", Human.nanos(12_300_000));
        assertEquals("870µs", Human.nanos(870_000));
    }

    @Test
    void columnsAreAligned() {
        assertEquals(
                List.of("A         LONGER HEADING   C", "x         y                z z"),
                new Table().row("A", "LONGER HEADING", "C").row("x", "y", "z z").lines());
        assertEquals("abcd…", Human.shorten("abcdefg", 5));
    }
}

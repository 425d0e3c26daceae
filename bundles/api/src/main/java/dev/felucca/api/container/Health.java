package dev.felucca.api.container;

import java.time.Instant;
import java.util.List;

/**
 * What a container's health checks have found.
 *
 * @param failingStreak checks in a row that failed
 * @param log of the last five, oldest first
 */
public record Health(Status status, int failingStreak, List<Result> log) {
    /** Of a container that was not checked yet. */
    public static final Health STARTING = new Health(Status.STARTING, 0, List.of());

    public Health {
        log = List.copyOf(log);
    }

    public enum Status {
        STARTING("starting"),
        HEALTHY("healthy"),
        UNHEALTHY("unhealthy");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        /** As docker calls it. */
        public String word() {
            return word;
        }
    }

    /**
     * @param exitCode -1 for a check that took too long or could not be run
     * @param output the first 4096 bytes of it
     */
    public record Result(Instant start, Instant end, int exitCode, String output) {}
}

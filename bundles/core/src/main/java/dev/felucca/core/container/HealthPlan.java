package dev.felucca.core.container;

import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.Health;
import dev.felucca.api.container.Health.Result;
import dev.felucca.api.container.Healthcheck;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How often, how long and how many times, with docker's defaults. */
record HealthPlan(
        List<String> command,
        Duration interval,
        Duration timeout,
        Duration startPeriod,
        Duration startInterval,
        int retries) {
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration START_INTERVAL = Duration.ofSeconds(5);

    /** Null if there is nothing to check. */
    static @Nullable HealthPlan of(@Nullable Healthcheck h) {
        List<String> test = h == null ? null : h.test();
        if (h == null || test == null || test.isEmpty() || test.get(0).equals("NONE")) {
            return null;
        }
        List<String> rest = test.subList(1, test.size());
        List<String> command =
                test.get(0).equals("CMD-SHELL") ? List.of("/bin/sh", "-c", String.join(" ", rest)) : rest;
        return new HealthPlan(
                command,
                nanos(h.interval(), INTERVAL),
                nanos(h.timeout(), INTERVAL),
                nanos(h.startPeriod(), Duration.ZERO),
                nanos(h.startInterval(), START_INTERVAL),
                h.retries() == null || h.retries() == 0 ? 3 : h.retries());
    }

    private static Duration nanos(@Nullable Long given, Duration otherwise) {
        return given == null || given == 0 ? otherwise : Duration.ofNanos(given);
    }

    private boolean starting(ContainerState s, Instant at) {
        Health h = s.health();
        Instant started = s.startedAt();
        return (h == null || h.status() == Health.Status.STARTING)
                && started != null
                && Duration.between(started, at).compareTo(startPeriod) < 0;
    }

    Duration next(ContainerState s, Instant now) {
        return starting(s, now) ? startInterval : interval;
    }

    /** Whether a failure counts: one of a container that may be starting up does not. */
    boolean counts(Health before, ContainerState s, Result result) {
        return before.status() != Health.Status.STARTING || !starting(s, result.start());
    }

    /** As Go writes durations: {@code 1.5s}, {@code 2m0s}. */
    static String words(Duration d) {
        if (d.toMinutes() > 0) {
            return d.toMinutes() + "m" + d.toSecondsPart() + "s";
        }
        return BigDecimal.valueOf(d.toNanos(), 9).stripTrailingZeros().toPlainString() + "s";
    }
}

package dev.felucca.json;

import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.Health;
import java.time.Duration;
import java.time.Instant;

/** A container's status in the words of docker's lists. */
public final class StatusText {
    private StatusText() {}

    /** {@code Up 5 minutes (Paused)}, {@code Exited (0) 3 seconds ago}. */
    static String of(ContainerState s, Instant now) {
        return switch (s.status()) {
            case CREATED -> "Created";
            case RUNNING -> "Up " + since(s.startedAt(), now) + health(s);
            case PAUSED -> "Up " + since(s.startedAt(), now) + " (Paused)";
            case RESTARTING -> "Restarting (" + s.exitCode() + ") " + since(s.finishedAt(), now) + " ago";
            case REMOVING -> "Removal In Progress";
            case EXITED -> "Exited (" + s.exitCode() + ") " + since(s.finishedAt(), now) + " ago";
            case DEAD -> "Dead";
        };
    }

    /** {@code  (healthy)}; nothing for a container that is not checked. */
    public static String health(ContainerState s) {
        Health health = s.health();
        if (health == null) {
            return "";
        }
        return health.status() == Health.Status.STARTING
                ? " (health: starting)"
                : " (" + health.status().word() + ")";
    }

    private static String since(@org.jspecify.annotations.Nullable Instant then, Instant now) {
        long seconds = then == null ? 0 : Duration.between(then, now).toSeconds();
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds < 60) {
            return seconds == 1 ? "1 second" : seconds + " seconds";
        }
        long minutes = seconds / 60;
        if (minutes < 60) {
            return minutes == 1 ? "About a minute" : minutes + " minutes";
        }
        long hours = Math.round(seconds / 3600.0);
        if (hours < 48) {
            return hours == 1 ? "About an hour" : hours + " hours";
        }
        long days = hours / 24;
        if (days < 14) {
            return days + " days";
        }
        if (days < 60) {
            return days / 7 + " weeks";
        }
        return days < 730 ? days / 30 + " months" : days / 365 + " years";
    }
}

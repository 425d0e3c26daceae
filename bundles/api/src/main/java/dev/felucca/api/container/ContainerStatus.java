package dev.felucca.api.container;

import java.util.Locale;

/** The states of a container, as docker has them. */
public enum ContainerStatus {
    CREATED,
    RUNNING,
    PAUSED,
    RESTARTING,
    REMOVING,
    EXITED,
    DEAD;

    /** As shown: {@code running}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

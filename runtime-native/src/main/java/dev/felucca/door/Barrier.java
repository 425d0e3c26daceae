package dev.felucca.door;

import java.util.Arrays;

/** The points at which init waits for the engine. Ids as in {@code PROTOCOL.md}. */
public enum Barrier {
    /** The uid and gid maps of the new user namespace are written. */
    MAPS_WRITTEN(1, "the id maps are written"),
    /** The process is in its control groups. */
    CGROUP_PLACED(2, "the process is in its control groups"),
    /** The network namespace has its devices and addresses. */
    NETWORK_READY(3, "the network is ready"),
    /** Everything is prepared; the program may start. */
    START(4, "the container is to start");

    private final int id;
    private final String words;

    Barrier(int id, String words) {
        this.id = id;
        this.words = words;
    }

    public int id() {
        return id;
    }

    /** What is true once it is released. */
    public String words() {
        return words;
    }

    /** @throws IllegalArgumentException if no barrier has this id */
    public static Barrier of(int id) {
        return Arrays.stream(values())
                .filter(b -> b.id == id)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no barrier has the id " + id));
    }
}

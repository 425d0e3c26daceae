package dev.felucca.initplan;

import java.util.ArrayList;
import java.util.List;

/**
 * Hands out the slots of one plan, in order. Whoever starts init sends the descriptors in the order of {@link #all()}.
 * Not thread-safe.
 */
public final class Slots {
    /** How many slots a plan can have. */
    public static final int MAX = 1024;

    private final List<Slot> slots = new ArrayList<>();

    /** @param name what the descriptor is, in words */
    public Slot add(String name) {
        Slot slot = new Slot(slots.size(), name);
        slots.add(slot);
        return slot;
    }

    public List<Slot> all() {
        return List.copyOf(slots);
    }
}

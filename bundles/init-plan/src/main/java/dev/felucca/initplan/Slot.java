package dev.felucca.initplan;

/**
 * A numbered place in init's table of descriptors. The engine sends a descriptor for each slot with the plan (or with the
 * release of a barrier); operations refer to it by number.
 *
 * @param number from 0, below {@link Slots#MAX}
 * @param name what the descriptor is, in words, such as {@code root filesystem}; for people only
 */
public record Slot(int number, String name) {
    public Slot {
        if (number < 0 || number >= Slots.MAX) {
            throw new IllegalArgumentException("slot " + number + " is outside 0.." + (Slots.MAX - 1));
        }
    }

    @Override
    public String toString() {
        return "#" + number + (name.isEmpty() ? "" : " (" + name + ")");
    }
}

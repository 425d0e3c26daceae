package dev.felucca.api.spec;

import org.jspecify.annotations.Nullable;

/** How many tasks there may be; 0 and less mean unlimited. */
public record LinuxPids(@Nullable Long limit) {
    public static final LinuxPids EMPTY = new LinuxPids(null);
}

package dev.felucca.api.spec;

import org.jspecify.annotations.Nullable;

/** Weight of one block device, 10 to 1000. */
public record LinuxWeightDevice(long major, long minor, @Nullable Integer weight, @Nullable Integer leafWeight) {}

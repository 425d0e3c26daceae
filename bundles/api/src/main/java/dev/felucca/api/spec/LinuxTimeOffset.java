package dev.felucca.api.spec;

/** What a time namespace adds to a clock: {@code secs} plus {@code nanosecs} (time_namespaces(7)). */
public record LinuxTimeOffset(long secs, long nanosecs) {}

package dev.felucca.api.spec;

/** Rate limit of one block device, in bytes or operations a second; 0 lifts it. */
public record LinuxThrottleDevice(long major, long minor, long rate) {}

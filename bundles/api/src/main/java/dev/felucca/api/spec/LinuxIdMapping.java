package dev.felucca.api.spec;

/** {@code size} ids from {@code containerID} on inside are those from {@code hostID} on outside (user_namespaces(7)). */
public record LinuxIdMapping(long containerID, long hostID, long size) {}

package dev.felucca.api.spec;

import org.jspecify.annotations.Nullable;

/**
 * A rule of the devices cgroup; later rules override earlier ones.
 *
 * @param type {@code a} (all, the default), {@code c} or {@code b}
 * @param major null for any, as is {@code minor}
 * @param access letters of {@code rwm}; null for all of them
 */
public record LinuxDeviceCgroup(
        boolean allow, @Nullable String type, @Nullable Long major, @Nullable Long minor, @Nullable String access) {}

package dev.felucca.api.spec;

import org.jspecify.annotations.Nullable;

/**
 * Memory limits, in bytes; -1 means unlimited.
 *
 * @param limit hard limit
 * @param reservation soft limit
 * @param swap memory and swap together
 * @param kernel kernel memory (v1; obsolete in the kernel)
 * @param kernelTCP kernel memory of TCP buffers (v1)
 * @param swappiness 0 to 100 (v1)
 * @param disableOOMKiller tasks wait instead of being killed (v1)
 * @param useHierarchy (v1; always on since Linux 5.11)
 * @param checkBeforeUpdate refuse an update below the present usage
 */
public record LinuxMemory(
        @Nullable Long limit,
        @Nullable Long reservation,
        @Nullable Long swap,
        @Nullable Long kernel,
        @Nullable Long kernelTCP,
        @Nullable Long swappiness,
        @Nullable Boolean disableOOMKiller,
        @Nullable Boolean useHierarchy,
        @Nullable Boolean checkBeforeUpdate) {
    public static final LinuxMemory EMPTY = new LinuxMemory(null, null, null, null, null, null, null, null, null);

    public LinuxMemory withLimit(@Nullable Long bytes) {
        return new LinuxMemory(
                bytes,
                reservation,
                swap,
                kernel,
                kernelTCP,
                swappiness,
                disableOOMKiller,
                useHierarchy,
                checkBeforeUpdate);
    }

    public LinuxMemory withReservation(@Nullable Long bytes) {
        return new LinuxMemory(
                limit, bytes, swap, kernel, kernelTCP, swappiness, disableOOMKiller, useHierarchy, checkBeforeUpdate);
    }

    public LinuxMemory withSwap(@Nullable Long bytes) {
        return new LinuxMemory(
                limit,
                reservation,
                bytes,
                kernel,
                kernelTCP,
                swappiness,
                disableOOMKiller,
                useHierarchy,
                checkBeforeUpdate);
    }

    public LinuxMemory withSwappiness(@Nullable Long percent) {
        return new LinuxMemory(
                limit,
                reservation,
                swap,
                kernel,
                kernelTCP,
                percent,
                disableOOMKiller,
                useHierarchy,
                checkBeforeUpdate);
    }

    public LinuxMemory withDisableOomKiller(@Nullable Boolean disable) {
        return new LinuxMemory(
                limit, reservation, swap, kernel, kernelTCP, swappiness, disable, useHierarchy, checkBeforeUpdate);
    }
}

package dev.felucca.api.spec;

import org.jspecify.annotations.Nullable;

/**
 * A device node to be made in the container.
 *
 * @param path absolute, in the container
 * @param type {@code c}, {@code u} (character), {@code b} (block) or {@code p} (FIFO)
 * @param fileMode permission bits; null means 0666
 */
public record LinuxDevice(
        String path,
        String type,
        long major,
        long minor,
        @Nullable Integer fileMode,
        @Nullable Long uid,
        @Nullable Long gid) {
    public LinuxDevice {
        Spec.required(path, "linux.devices[].path");
        Spec.required(type, "linux.devices[].type");
    }
}

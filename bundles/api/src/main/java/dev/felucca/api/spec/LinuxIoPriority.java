package dev.felucca.api.spec;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * I/O priority (ioprio_set(2)).
 *
 * @param ioClass {@code IOPRIO_CLASS_RT}, {@code IOPRIO_CLASS_BE} or {@code IOPRIO_CLASS_IDLE}
 * @param priority 0 (highest) to 7
 */
public record LinuxIoPriority(@JsonProperty("class") String ioClass, int priority) {
    public LinuxIoPriority {
        Spec.required(ioClass, "process.ioPriority.class");
    }
}

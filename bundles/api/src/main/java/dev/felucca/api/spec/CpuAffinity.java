package dev.felucca.api.spec;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * CPUs of a process executed in a container, as lists such as {@code 0-3,7}.
 *
 * @param initial while it is being brought into the container
 * @param last {@code final}: when it runs the program
 */
public record CpuAffinity(@Nullable String initial, @JsonProperty("final") @Nullable String last) {}

package dev.felucca.api.container;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How to see whether a container is well (Docker's HEALTHCHECK). Times in nanoseconds; null means inherited or default. */
@JsonNaming(PropertyNamingStrategies.UpperCamelCaseStrategy.class)
public record Healthcheck(
        @Nullable List<String> test,
        @Nullable Long interval,
        @Nullable Long timeout,
        @Nullable Long startPeriod,
        @Nullable Integer retries,
        @Nullable Long startInterval) {}

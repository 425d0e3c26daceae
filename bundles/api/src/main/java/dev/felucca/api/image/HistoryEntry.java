package dev.felucca.api.image;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line of {@code history}, newest first. The id is empty for steps whose image is not kept; size is in bytes. */
public record HistoryEntry(
        String id, @Nullable Instant created, String createdBy, long size, String comment, List<String> tags) {}

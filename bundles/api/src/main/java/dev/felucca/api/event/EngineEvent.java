package dev.felucca.api.event;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened, in docker's terms.
 *
 * @param type {@code container}, {@code image}, {@code volume}, {@code network}, {@code daemon}
 * @param action {@code create}, {@code start}, {@code die}, {@code oom}...
 * @param actor id of what it happened to
 * @param attributes name, image, labels, exitCode, signal...
 */
public record EngineEvent(String type, String action, String actor, Map<String, String> attributes, Instant time) {
    public EngineEvent {
        attributes = Map.copyOf(attributes);
    }
}

package dev.felucca.api.trace;

import java.util.List;

/**
 * One recorded step.
 *
 * @param offsetNanos after the start of the whole operation
 */
public record TraceNode(String name, long offsetNanos, long durationNanos, List<TraceNode> children) {
    public TraceNode {
        children = List.copyOf(children);
    }
}

package dev.felucca.initplan;

import java.util.List;

/**
 * A plan and what its slots need.
 *
 * @param slots what belongs into slot 0, 1, 2 ...; the backend sends the descriptors in this order
 */
public record CompiledPlan(Plan plan, List<SlotSource> slots) {
    public CompiledPlan {
        slots = List.copyOf(slots);
    }

    /** The plan in words, one line an operation. */
    public List<String> explain() {
        return plan.ops().stream().map(Op::words).toList();
    }
}

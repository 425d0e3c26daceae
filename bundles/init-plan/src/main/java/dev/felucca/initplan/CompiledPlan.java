package dev.felucca.initplan;

import dev.felucca.door.NamespaceType;
import java.util.List;
import java.util.Set;

/**
 * A plan and what its slots need.
 *
 * @param slots what belongs into slot 0, 1, 2 ...; the backend sends the descriptors in this order
 */
public record CompiledPlan(Plan plan, List<SlotSource> slots) {
    public CompiledPlan {
        slots = List.copyOf(slots);
    }

    /** The namespaces that its CLONE makes. */
    public Set<NamespaceType> made() {
        return plan.ops().stream()
                .filter(ProcessOp.Clone.class::isInstance)
                .findFirst()
                .map(op -> ((ProcessOp.Clone) op).types())
                .orElse(Set.of());
    }

    /** The plan in words, one line an operation. */
    public List<String> explain() {
        return plan.ops().stream().map(Op::words).toList();
    }
}

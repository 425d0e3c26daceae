package dev.felucca.initplan;

import java.util.ArrayList;
import java.util.List;

/** Collects the operations and slots of one plan, in order. Not thread-safe. */
final class PlanBuilder {
    private final List<Op> ops = new ArrayList<>();
    private final Slots slots = new Slots();
    private final List<SlotSource> sources = new ArrayList<>();

    void add(Op op) {
        ops.add(op);
    }

    Slot slot(SlotSource source) {
        sources.add(source);
        return slots.add(source.words());
    }

    CompiledPlan build() {
        return new CompiledPlan(new Plan(ops), sources);
    }
}

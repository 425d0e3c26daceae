package dev.felucca.core;

import dev.felucca.api.trace.Trace;
import dev.felucca.api.trace.TraceNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Records one operation. */
public final class TraceRecorder implements Trace {
    private static final class Open {
        final Supplier<String> name;
        final long start;
        long end;
        final List<Open> children = new ArrayList<>();

        Open(Supplier<String> name, long start) {
            this.name = name;
            this.start = start;
        }
    }

    private final Open root;
    private final ArrayDeque<Open> stack = new ArrayDeque<>();

    public TraceRecorder(String operation) {
        root = new Open(() -> operation, System.nanoTime());
        stack.push(root);
    }

    @Override
    public synchronized Step step(String name) {
        Open open = new Open(() -> name, System.nanoTime());
        innermost().children.add(open);
        stack.push(open);
        return () -> close(open);
    }

    private synchronized void close(Open open) {
        open.end = System.nanoTime();
        stack.remove(open);
    }

    @Override
    public void add(String name, long startNanos, long durationNanos) {
        add(() -> name, startNanos, durationNanos);
    }

    @Override
    public synchronized void add(Supplier<String> name, long startNanos, long durationNanos) {
        Open open = new Open(name, startNanos);
        open.end = startNanos + durationNanos;
        innermost().children.add(open);
    }

    private Open innermost() {
        Open top = stack.peek();
        return top == null ? root : top;
    }

    /** Ends the operation; what comes back makes the tree. */
    public synchronized Supplier<TraceNode> finish() {
        root.end = System.nanoTime();
        stack.clear();
        return this::tree;
    }

    private synchronized TraceNode tree() {
        return node(root);
    }

    private TraceNode node(Open open) {
        long end = open.end == 0 ? root.end : open.end;
        return new TraceNode(
                open.name.get(),
                open.start - root.start,
                end - open.start,
                open.children.stream().map(this::node).toList());
    }
}

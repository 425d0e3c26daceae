package dev.felucca.shell.format;

import dev.felucca.api.trace.Trace;
import dev.felucca.api.trace.TraceNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The traces of two containers beside each other: when, by which process, what, and how long it took. */
public final class TraceColumns {
    /** Steps of a process that are shorter, one after another, are shown as one. */
    private static final long SHORT_NANOS = 100_000;

    private static final String ENGINE = "engine";
    private static final int GAP = 3;

    private TraceColumns() {}

    private record Step(long at, String process, String name, long nanos, int depth) {}

    /** Of each operation that any of the two has, the last one. */
    public static List<String> beside(
            String left, List<TraceNode> leftTraces, String right, List<TraceNode> rightTraces) {
        Map<String, TraceNode> a = byName(leftTraces);
        Map<String, TraceNode> b = byName(rightTraces);
        List<String> names = new ArrayList<>(a.keySet());
        b.keySet().stream().filter(n -> !a.containsKey(n)).forEach(names::add);
        List<String> l = new ArrayList<>(List.of(left));
        List<String> r = new ArrayList<>(List.of(right));
        for (String name : names) {
            l.add("");
            r.add("");
            l.addAll(column(name, a.get(name)));
            r.addAll(column(name, b.get(name)));
            while (l.size() < r.size()) l.add("");
            while (r.size() < l.size()) r.add("");
        }
        int width = l.stream().mapToInt(TraceColumns::length).max().orElse(0) + GAP;
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < l.size(); i++) {
            String padded = l.get(i) + " ".repeat(width - length(l.get(i)));
            lines.add((padded + r.get(i)).stripTrailing());
        }
        return lines;
    }

    private static Map<String, TraceNode> byName(List<TraceNode> traces) {
        Map<String, TraceNode> last = new LinkedHashMap<>();
        traces.forEach(t -> last.put(t.name(), t));
        return last;
    }

    private static List<String> column(String name, @Nullable TraceNode root) {
        if (root == null) return List.of(Printable.line(name) + "  -");
        List<String> lines = new ArrayList<>();
        lines.add(Printable.line(name) + "  " + Human.nanos(root.durationNanos()));
        List<Step> steps = new ArrayList<>();
        root.children().forEach(c -> flatten(c, 0, steps));
        steps.sort(Comparator.comparingLong(Step::at));
        for (Step s : folded(steps)) {
            lines.add(String.format(
                    "%8s  %-6s  %s%s  %s",
                    "+" + Human.nanos(s.at()),
                    s.process(),
                    "  ".repeat(s.depth()),
                    Human.shorten(Printable.line(s.name()), 44),
                    Human.nanos(s.nanos())));
        }
        return lines;
    }

    private static void flatten(TraceNode node, int depth, List<Step> into) {
        int end = node.name().indexOf(Trace.BY);
        String process = end < 0 ? ENGINE : node.name().substring(0, end);
        String name = end < 0 ? node.name() : node.name().substring(end + Trace.BY.length());
        into.add(new Step(node.offsetNanos(), process, name, node.durationNanos(), depth));
        node.children().forEach(c -> flatten(c, depth + 1, into));
    }

    /** A row of short steps of another process than the engine is one step. */
    private static List<Step> folded(List<Step> steps) {
        List<Step> out = new ArrayList<>();
        for (int i = 0; i < steps.size(); ) {
            Step first = steps.get(i);
            int n = 1;
            long nanos = first.nanos();
            while (isShort(first)
                    && i + n < steps.size()
                    && isShort(steps.get(i + n))
                    && steps.get(i + n).process().equals(first.process())) {
                nanos += steps.get(i + n++).nanos();
            }
            out.add(n == 1 ? first : new Step(first.at(), first.process(), n + " short steps", nanos, first.depth()));
            i += n;
        }
        return out;
    }

    private static boolean isShort(Step s) {
        return !s.process().equals(ENGINE) && s.nanos() < SHORT_NANOS;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}

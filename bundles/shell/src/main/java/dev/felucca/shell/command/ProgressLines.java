package dev.felucca.shell.command;

import dev.felucca.api.image.Progress;
import dev.felucca.shell.format.Human;
import dev.felucca.shell.format.Printable;
import dev.felucca.shell.terminal.ShellTerminal;
import dev.felucca.shell.terminal.WindowSize;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Progress on a terminal: one bar for each item, redrawn in place ten times a second at most. Elsewhere nothing is shown. */
final class ProgressLines implements Progress {
    private static final long REDRAW_NANOS = 100_000_000;
    private static final int WIDTH = 40;

    private record State(String action, long done, long total) {}

    private final ShellTerminal terminal;
    private final PrintStream out;
    private final Map<String, State> items = new LinkedHashMap<>();
    private int drawn;
    private long last;

    private ProgressLines(ShellTerminal terminal) {
        this.terminal = terminal;
        this.out = terminal.stderr();
    }

    /** Bars on standard error if it is a terminal. */
    static Progress on(ShellTerminal terminal, boolean quiet) {
        return quiet || !terminal.stderrIsTty() ? NONE : new ProgressLines(terminal);
    }

    /** Draws the final state. */
    static void finish(Progress progress) {
        if (progress instanceof ProgressLines lines) lines.draw();
    }

    @Override
    public synchronized void report(String item, String action, long done, long total) {
        items.put(item, new State(action, done, total));
        long now = System.nanoTime();
        if (now - last < REDRAW_NANOS) return;
        last = now;
        draw();
    }

    private synchronized void draw() {
        // a line that wraps would take two, and the next drawing would begin too low
        int columns = terminal.windowSize().map(WindowSize::columns).orElse(0);
        int most = columns > 1 ? columns - 1 : Integer.MAX_VALUE;
        StringBuilder text = new StringBuilder();
        if (drawn > 0) text.append("\033[").append(drawn).append('A');
        items.forEach((item, s) -> text.append("\033[2K")
                .append(Human.shorten(Printable.line(line(item, s)), most))
                .append('\n'));
        drawn = items.size();
        out.print(text);
        out.flush();
    }

    private static String line(String item, State s) {
        String name = item + ": " + s.action();
        if (s.done() < 0) return name;
        if (s.total() <= 0) return name + " " + Human.size(s.done());
        int filled = (int) Math.min(WIDTH, s.done() * (double) WIDTH / s.total());
        String bar = "=".repeat(Math.max(0, filled - 1)) + (filled > 0 ? ">" : "") + " ".repeat(WIDTH - filled);
        return name + " [" + bar + "] " + Human.size(s.done()) + "/" + Human.size(s.total());
    }
}

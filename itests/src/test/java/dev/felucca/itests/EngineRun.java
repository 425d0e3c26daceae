package dev.felucca.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.runner.Description;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;
import org.junit.runner.notification.RunNotifier;

/**
 * Around the whole life of an engine under test: compares the host before it started with the host after it stopped, removes
 * its directories, and prints what ran and what could not.
 */
final class EngineRun extends RunListener {
    private static final Pattern INDEX = Pattern.compile("\\[(\\d+)]$");

    private static @Nullable Roots roots;

    private final Description whole;
    private final List<String> lines = new ArrayList<>();
    private @Nullable String outcome;
    private long begun;
    private int ran;

    private EngineRun(Description whole) {
        this.whole = whole;
    }

    /** The roots of the engine in this process; made when the first asks. */
    static synchronized Roots roots() {
        Roots there = roots;
        if (there == null) {
            there = Roots.make("engine");
            roots = there;
        }
        return there;
    }

    static void around(Description whole, RunNotifier notifier, Consumer<RunNotifier> body) {
        EngineRun run = new EngineRun(whole);
        Set<String> before = HostState.processes();
        Set<String> idle = idle();
        notifier.addListener(run);
        body.accept(notifier);
        try {
            hostIsAsItWas(before, idle);
        } catch (IOException | AssertionError | InterruptedException e) {
            run.lines.add("FAILED  the host is as it was: " + e.getMessage());
            notifier.fireTestFailure(new Failure(whole, e));
        } finally {
            notifier.removeListener(run);
        }
        run.print();
    }

    /** What of an engine may be left in the kernel and does not tell whose it is. */
    private static Set<String> idle() {
        Set<String> all = new TreeSet<>(HostState.idleLinks());
        all.addAll(HostState.idleGroups());
        return all;
    }

    private static void hostIsAsItWas(Set<String> before, Set<String> idleBefore)
            throws IOException, InterruptedException {
        Roots used = roots();
        List<String> mounts = HostState.mountsOf(used.base());
        if (!mounts.isEmpty()) {
            throw new AssertionError("left mounted: " + mounts);
        }
        Set<String> processes = new TreeSet<>(HostState.processes());
        processes.removeAll(before);
        if (!processes.isEmpty()) {
            throw new AssertionError("left running: " + processes);
        }
        List<String> tables = HostState.tablesOf(used.run());
        if (!tables.isEmpty()) {
            throw new AssertionError("left tables of the packet filter: " + tables);
        }
        Set<String> left = idle();
        left.removeAll(idleBefore);
        Waiting.until(left, () -> {
            left.retainAll(idle()); // what another engine has for a moment is not there each time
            return left.isEmpty();
        });
        used.delete();
    }

    @Override
    public void testStarted(Description test) {
        outcome = "ok";
        begun = System.nanoTime();
    }

    @Override
    public void testFailure(Failure failure) {
        outcome = "FAILED";
    }

    @Override
    public void testAssumptionFailure(Failure failure) {
        outcome = "not run (" + failure.getMessage() + ")";
    }

    @Override
    public void testIgnored(Description test) {
        lines.add("ignored " + test.getMethodName());
    }

    @Override
    public void testFinished(Description test) {
        ran++;
        Optional<Combo> combo = combo(test);
        String name = combo.map(c -> String.valueOf(test.getMethodName()).replaceFirst("\\[.*", "") + " " + c)
                .orElse(test.getMethodName());
        lines.add(String.format("%-7s %6d ms  %s", outcome, (System.nanoTime() - begun) / 1_000_000, name));
        combo.ifPresent(c -> append("combinations.tsv", c + "\t" + outcome + "\n"));
    }

    /** Of a test that runs with each: its name ends with the number of its combination. */
    private static Optional<Combo> combo(Description test) {
        Matcher m = INDEX.matcher(String.valueOf(test.getMethodName()));
        Class<?> of = test.getTestClass();
        if (!m.find() || of == null || !MatrixBase.class.isAssignableFrom(of)) {
            return Optional.empty();
        }
        List<Combo> used = of == CombinationsIT.class ? Combo.here() : Combo.scenes();
        return Optional.of(used.get(Integer.parseInt(m.group(1))));
    }

    private static void append(String file, String text) {
        try {
            Files.writeString(
                    Path.of(System.getProperty("felucca.it.target", "target"), file),
                    text,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void print() {
        String pass = Roots.PASS.isEmpty() ? "" : " (" + Roots.PASS + ")";
        StringBuilder table = new StringBuilder()
                .append(whole.getDisplayName())
                .append(pass)
                .append(": ")
                .append(ran)
                .append(" ran\n");
        lines.forEach(l -> table.append("  ").append(l).append('\n'));
        System.out.println(table);
        append("matrix.txt", table.toString());
        if (Roots.PASS.isEmpty() && whole.getTestClass() == CombinationsIT.class) {
            Combo.all()
                    .forEach(c -> c.missing().ifPresent(why -> append("combinations.tsv", c + "\tno: " + why + "\n")));
        }
    }
}

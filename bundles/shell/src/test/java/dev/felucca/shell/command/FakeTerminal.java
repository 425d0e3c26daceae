package dev.felucca.shell.command;

import dev.felucca.shell.terminal.ShellTerminal;
import dev.felucca.shell.terminal.WindowSize;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** A caller in memory. */
final class FakeTerminal implements ShellTerminal {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final List<IntConsumer> signals = new CopyOnWriteArrayList<>();
    final List<Runnable> hangups = new CopyOnWriteArrayList<>();
    final List<Consumer<WindowSize>> resizes = new CopyOnWriteArrayList<>();
    final List<Boolean> raws = new CopyOnWriteArrayList<>();
    Map<String, String> environment = Map.of();
    Path directory = Path.of("/work dir");
    InputStream stdin = new ByteArrayInputStream(new byte[0]);
    PrintStream stdout = new PrintStream(out, true, StandardCharsets.UTF_8);
    final PrintStream stderr = new PrintStream(err, true, StandardCharsets.UTF_8);
    boolean tty;
    volatile int code;

    FakeTerminal input(String text) {
        stdin = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    void output(OutputStream to) {
        stdout = new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    String outText() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String errText() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Override
    public InputStream stdin() {
        return stdin;
    }

    @Override
    public void cancelReads(Thread reader) {
        reader.interrupt();
    }

    @Override
    public PrintStream stdout() {
        return stdout;
    }

    @Override
    public PrintStream stderr() {
        return stderr;
    }

    @Override
    public boolean stdinIsTty() {
        return tty;
    }

    @Override
    public boolean stdoutIsTty() {
        return tty;
    }

    @Override
    public boolean stderrIsTty() {
        return tty;
    }

    @Override
    public Optional<WindowSize> windowSize() {
        return tty ? Optional.of(new WindowSize(80, 24)) : Optional.empty();
    }

    private static <T> Registration add(List<T> list, T listener) {
        list.add(listener);
        return () -> list.remove(listener);
    }

    @Override
    public Registration onResize(Consumer<WindowSize> listener) {
        return add(resizes, listener);
    }

    @Override
    public void raw(boolean on) {
        raws.add(on);
    }

    @Override
    public Registration onSignal(IntConsumer listener) {
        return add(signals, listener);
    }

    @Override
    public Registration onHangup(Runnable listener) {
        return add(hangups, listener);
    }

    @Override
    public void exitCode(int to) {
        code = to;
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public Path workingDirectory() {
        return directory;
    }
}

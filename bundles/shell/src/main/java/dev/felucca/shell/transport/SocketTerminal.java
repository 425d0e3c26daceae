package dev.felucca.shell.transport;

import dev.felucca.shell.terminal.ShellTerminal;
import dev.felucca.shell.terminal.WindowSize;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The terminal of one connected client. */
final class SocketTerminal implements ShellTerminal {
    private static final Logger log = LoggerFactory.getLogger(SocketTerminal.class);
    private static final int INT = 2;
    private static final int QUIT = 3;

    private final FrameChannel channel;
    private final ExecRequest request;
    private final StdinStream stdin;
    private final PrintStream stdout;
    private final PrintStream stderr;
    private final List<Consumer<WindowSize>> resizeListeners = new CopyOnWriteArrayList<>();
    private final List<IntConsumer> signalListeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> hangupListeners = new CopyOnWriteArrayList<>();
    private volatile WindowSize window;
    private volatile int exitCode;
    private volatile boolean ofLines;
    private volatile boolean interrupted;
    private boolean gone; // guarded by hangupListeners
    private @Nullable Thread line; // guarded by hangupListeners

    SocketTerminal(FrameChannel channel, ExecRequest request) {
        this.channel = channel;
        this.request = request;
        this.window = request.window();
        this.stdin = new StdinStream(n -> channel.write(Frame.of(Frame.Type.WINDOW, 4, n)));
        this.stdout = stream(Frame.Type.STDOUT);
        this.stderr = stream(Frame.Type.STDERR);
    }

    private PrintStream stream(Frame.Type type) {
        OutputStream frames = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] b, int offset, int length) throws IOException {
                if (interrupted) return;
                for (int at = 0; at < length; at += Frame.MAX_PAYLOAD)
                    channel.write(
                            new Frame(type, ByteBuffer.wrap(b, offset + at, Math.min(Frame.MAX_PAYLOAD, length - at))));
            }
        };
        return new PrintStream(new BufferedOutputStream(frames, 8192), true, StandardCharsets.UTF_8);
    }

    // From the connection's reader

    void received(Frame frame) throws IOException {
        switch (frame.type()) {
            case STDIN -> stdin.put(frame.payload());
            case STDIN_EOF -> stdin.end();
            case RESIZE -> resized(frame);
            case SIGNAL -> signalled(frame.number(1));
            default -> throw new ProtocolException(frame.type() + " while a command runs");
        }
    }

    private void resized(Frame frame) throws ProtocolException {
        int both = frame.number(4);
        WindowSize size = new WindowSize(both >>> 16, both & 0xffff);
        window = size;
        for (var listener : resizeListeners) guarded(() -> listener.accept(size));
    }

    private void signalled(int number) throws IOException {
        if (number < 1 || number > 64) throw new ProtocolException("there is no signal " + number);
        if (!signalListeners.isEmpty()) {
            for (var listener : signalListeners) guarded(() -> listener.accept(number));
        } else if (ofLines && (number == INT || number == QUIT)) {
            interruptLine();
        } else {
            // the default effect: the caller ends as if the signal had killed it
            exitCode = 128 + number;
            channel.write(Frame.of(Frame.Type.EXIT, 1, exitCode));
            channel.close();
        }
    }

    /** Keys that would end a program end the line's command and not the shell: the command finds its caller gone. */
    private void interruptLine() {
        synchronized (hangupListeners) {
            Thread reader = line;
            if (reader == null || interrupted) return;
            interrupted = true;
            stdin.cancel(reader);
        }
        for (Runnable listener : hangupListeners) guarded(listener);
    }

    /** The caller is gone: wakes whoever waits for it. */
    void hangup() {
        synchronized (hangupListeners) {
            if (gone) return;
            gone = true;
        }
        stdin.close();
        for (Runnable listener : hangupListeners) guarded(listener);
    }

    /** A listener of one command must not end the connection of all. */
    private static void guarded(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            log.error("A listener of a shell terminal failed", e);
        }
    }

    // For the runner

    /** Sends what is buffered and the exit status; the connection is then of no further use. */
    void finish() throws IOException {
        stdin.close();
        stdout.flush();
        stderr.flush();
        channel.write(Frame.of(Frame.Type.EXIT, 1, exitCode));
    }

    int exitCode() {
        return exitCode;
    }

    /** From now on there are several commands, each between {@link #lineBegins} and {@link #lineEnds}. */
    void severalLines() {
        ofLines = true;
    }

    /** The calling thread runs a line. */
    void lineBegins() {
        synchronized (hangupListeners) {
            line = Thread.currentThread();
        }
    }

    /** Whether the caller has ended the line that runs. */
    boolean interrupted() {
        return interrupted;
    }

    /** Drops the listeners that a command left behind. */
    void lineEnds() {
        stdout.flush();
        stderr.flush();
        resizeListeners.clear();
        signalListeners.clear();
        synchronized (hangupListeners) {
            hangupListeners.clear();
            if (line != null) stdin.restore(line);
            line = null;
            interrupted = false;
        }
        exitCode = 0;
    }

    // For commands

    StdinStream stdinStream() {
        return stdin;
    }

    @Override
    public InputStream stdin() {
        return stdin;
    }

    @Override
    public void cancelReads(Thread reader) {
        stdin.cancel(reader);
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
        return request.stdinIsTty();
    }

    @Override
    public boolean stdoutIsTty() {
        return request.stdoutIsTty();
    }

    @Override
    public boolean stderrIsTty() {
        return request.stderrIsTty();
    }

    @Override
    public Optional<WindowSize> windowSize() {
        WindowSize now = window;
        return now.columns() == 0 && now.rows() == 0 ? Optional.empty() : Optional.of(now);
    }

    @Override
    public Registration onResize(Consumer<WindowSize> listener) {
        resizeListeners.add(listener);
        return () -> resizeListeners.remove(listener);
    }

    @Override
    public void raw(boolean on) {
        try {
            channel.write(Frame.of(Frame.Type.RAW, 1, on ? 1 : 0));
        } catch (IOException e) {
            log.debug("The caller of {} is gone before its terminal could be set", request.arguments(), e);
        }
    }

    @Override
    public Registration onSignal(IntConsumer listener) {
        signalListeners.add(listener);
        return () -> signalListeners.remove(listener);
    }

    @Override
    public Registration onHangup(Runnable listener) {
        boolean now;
        synchronized (hangupListeners) {
            now = gone || interrupted;
            if (!now) hangupListeners.add(listener);
        }
        if (now) guarded(listener);
        return () -> hangupListeners.remove(listener);
    }

    @Override
    public void exitCode(int code) {
        if (code < 0 || code > 255) throw new IllegalArgumentException("an exit status is 0 to 255, not " + code);
        exitCode = code;
    }

    @Override
    public Map<String, String> environment() {
        return request.environment();
    }

    @Override
    public Path workingDirectory() {
        return Path.of(request.directory());
    }
}

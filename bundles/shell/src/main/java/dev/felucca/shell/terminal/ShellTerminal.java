package dev.felucca.shell.terminal;

import dev.felucca.api.EngineException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.felix.service.command.CommandSession;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The far end of a command: the process that called it, with its three streams, its terminal and its signals.
 *
 * <p>A Gogo command gets it from its session:
 *
 * <pre>{@code
 * public void attach(CommandSession session, String container) {
 *     ShellTerminal terminal = ShellTerminal.of(session);
 *     terminal.exitCode(125);                        // what the caller sees if this method throws
 *     try (var signals = terminal.onSignal(n -> kill(container, n));
 *             var gone = terminal.onHangup(() -> detach(container))) {
 *         ...
 *         terminal.exitCode(status);
 *     }
 * }
 * }</pre>
 *
 * <p>One terminal serves one call of one command and ends with it; in an interactive shell every line has its own
 * exit code and listeners, on the same streams.
 *
 * <p>Failures: a command that throws has the message written to {@link #stderr()}, and its caller ends with the code
 * last given to {@link #exitCode}, or 1 if that was 0.
 *
 * <p>Threads: every method may be called from any thread. Listeners run on the thread that reads the connection, so they
 * must not block. The streams block; what they are connected to may be slow for ever.
 */
@ProviderType
public interface ShellTerminal {

    /** The name of the session variable that holds the terminal. */
    String VARIABLE = ".felucca.terminal";

    /**
     * The terminal of a session.
     *
     * @throws EngineException UNSUPPORTED if the session does not belong to a Felucca client, as in another console
     */
    static ShellTerminal of(CommandSession session) {
        if (session.get(VARIABLE) instanceof ShellTerminal terminal) return terminal;
        throw EngineException.unsupported(
                "this command needs the terminal of a felucca client; run it through `felucca` and not in another console");
    }

    /**
     * The caller's standard input. Nothing is taken from the caller until the first read, so a command that does not
     * read leaves its input to the next one. Ends when the caller's input ends or the caller is gone.
     */
    InputStream stdin();

    /**
     * Ends {@code reader}'s read of {@link #stdin()}, the one under way or its next, with an InterruptedIOException. What was not
     * read stays for others. Interrupting the thread instead could close the caller's connection.
     */
    void cancelReads(Thread reader);

    /** The caller's standard output. Buffered by line; flush what must be seen without a newline. */
    PrintStream stdout();

    /** The caller's standard error, buffered as {@link #stdout()}. */
    PrintStream stderr();

    boolean stdinIsTty();

    boolean stdoutIsTty();

    boolean stderrIsTty();

    /** The window's size now, if the caller has a terminal. */
    Optional<WindowSize> windowSize();

    /** Calls {@code listener} with each new size, until closed. */
    Registration onResize(Consumer<WindowSize> listener);

    /**
     * Puts the caller's terminal into raw mode (cfmakeraw(3)) or back into the mode it had. No effect without a terminal.
     * It is put back by itself when the command ends or the connection breaks.
     */
    void raw(boolean on);

    /**
     * Takes over the signals that the caller's process gets (Linux numbers: INT 2, TERM 15, HUP 1, QUIT 3, USR1 10 ...).
     * Without a listener a signal has its default effect: the caller ends with 128 + its number, and the command is told by
     * {@link #onHangup}.
     */
    Registration onSignal(IntConsumer listener);

    /**
     * Calls {@code listener} once when the caller is gone; at once if it is gone already. From then on {@link #stdin()} is at
     * its end and what is written is dropped ({@link PrintStream#checkError()} is true). A command that waits for something other than
     * the streams registers one, to stop waiting: its thread is not interrupted.
     */
    Registration onHangup(Runnable listener);

    /** Sets the caller's exit status, 0 to 255; the last call before the command ends counts. 0 if never called. */
    void exitCode(int code);

    /** The caller's environment. */
    Map<String, String> environment();

    /** The caller's working directory: what relative paths among a command's arguments refer to. */
    Path workingDirectory();

    /** A listener's registration; closing it twice does nothing. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}

package dev.felucca.shell.transport;

import dev.felucca.api.EngineException;
import dev.felucca.shell.format.Printable;
import dev.felucca.shell.terminal.ShellTerminal;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.threadio.ThreadIO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what a client asks for in a Gogo session of its own. */
final class CommandRunner {
    private static final Logger log = LoggerFactory.getLogger(CommandRunner.class);

    /** Where a command's name is looked up, in this order. */
    private static final String SCOPE = "felucca:felix:gogo:*";

    /** The exit status when there is no such command, as docker has it. */
    static final int NOT_CALLED = 1;

    /** The exit status of a line that the caller ended: 128 and SIGINT. */
    private static final int INTERRUPTED = 130;

    private final CommandProcessor processor;
    private final ThreadIO threadIo;

    private final Completions completions;
    private final Executor threads;

    CommandRunner(CommandProcessor processor, ThreadIO threadIo, Completions completions, Executor threads) {
        this.processor = processor;
        this.threadIo = threadIo;
        this.completions = completions;
        this.threads = threads;
    }

    void run(ExecRequest request, SocketTerminal terminal) {
        try (CommandSession session = processor.createSession(terminal.stdin(), terminal.stdout(), terminal.stderr())) {
            session.put("SCOPE", SCOPE);
            session.put(ShellTerminal.VARIABLE, terminal);
            session.currentDir(terminal.workingDirectory());
            // what commands print to System.out belongs to their caller
            threadIo.setStreams(terminal.stdin(), terminal.stdout(), terminal.stderr());
            try {
                switch (request.mode()) {
                    case COMMAND -> command(session, terminal, request.arguments());
                    case PROGRAM ->
                        program(session, terminal, request.arguments().get(0));
                    case INTERACTIVE -> new InteractiveShell(this, session, terminal).run();
                }
            } finally {
                threadIo.close();
            }
        }
    }

    /** Calls a function with its arguments as they came; nothing is parsed or expanded. */
    private void command(CommandSession session, SocketTerminal terminal, List<String> words) {
        String name = words.get(0);
        if (!(session.get(name.indexOf(':') < 0 ? "*:" + name : name) instanceof Function function)) {
            terminal.stderr().println("felucca: there is no command \"" + name + "\"; see `felucca help`");
            terminal.exitCode(NOT_CALLED);
            return;
        }
        List<Object> arguments = List.copyOf(words.subList(1, words.size()));
        guarded(session, terminal, name, () -> function.execute(session, arguments));
    }

    /** An editor for the lines of this session. */
    LineEditor editor(CommandSession session, SocketTerminal terminal) throws IOException {
        return new LineEditor(session, terminal, completions, threads);
    }

    /** Runs a Gogo program, such as a line that was typed. */
    void program(CommandSession session, SocketTerminal terminal, String text) {
        guarded(session, terminal, text, () -> session.execute(text));
    }

    private interface Call {
        @Nullable
        Object call() throws Exception;
    }

    private static void guarded(CommandSession session, SocketTerminal terminal, String name, Call call) {
        try {
            Object result = call.call();
            if (result != null) print(session, terminal.stdout(), result);
        } catch (EngineException e) {
            log.debug("{}", name, e);
            failed(terminal, e.message());
        } catch (IOException | RuntimeException e) {
            log.warn("The command \"{}\" failed", name, e);
            failed(terminal, text(e));
        } catch (Exception e) {
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            log.warn("The command \"{}\" failed", name, e);
            failed(terminal, text(e));
        }
    }

    private static String text(Throwable e) {
        String m = e.getMessage();
        return m == null || m.isEmpty() ? e.toString() : m;
    }

    private static void print(CommandSession session, PrintStream out, Object result) {
        CharSequence text = session.format(result, Converter.INSPECT);
        if (text != null && text.length() > 0) out.println(text);
    }

    private static void failed(SocketTerminal terminal, String message) {
        if (terminal.interrupted()) {
            terminal.exitCode(INTERRUPTED);
            return;
        }
        terminal.stdout().flush();
        terminal.stderr().println("felucca: " + Printable.text(message));
        if (terminal.exitCode() == 0) terminal.exitCode(1);
    }
}

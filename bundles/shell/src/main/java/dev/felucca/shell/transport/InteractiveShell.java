package dev.felucca.shell.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.felix.service.command.CommandSession;
import org.jspecify.annotations.Nullable;

/**
 * Lines of Gogo, read from the caller until its input ends or {@code exit}. On a terminal they are edited by {@link LineEditor}; on
 * one that has no cursor to move, by the kernel's line discipline after a prompt.
 */
final class InteractiveShell {
    private static final String PROMPT = "felucca> ";

    private final CommandRunner runner;
    private final CommandSession session;
    private final SocketTerminal terminal;

    InteractiveShell(CommandRunner runner, CommandSession session, SocketTerminal terminal) {
        this.runner = runner;
        this.session = session;
        this.terminal = terminal;
    }

    void run() {
        terminal.severalLines();
        int last = 0;
        try {
            last = LineEditor.fits(terminal) ? edited() : plain();
        } catch (IOException e) {
            terminal.stderr().println("felucca: " + e.getMessage());
            last = CommandRunner.NOT_CALLED;
        }
        terminal.exitCode(last);
    }

    private int edited() throws IOException {
        int last = 0;
        try (LineEditor editor = runner.editor(session, terminal)) {
            String line;
            while ((line = editor.readLine(PROMPT)) != null) {
                String text = line.strip();
                if (ends(text)) break;
                if (isProgram(text)) last = program(text);
            }
        }
        return last;
    }

    private int plain() throws IOException {
        boolean prompt = terminal.stdinIsTty() && terminal.stdoutIsTty();
        int last = 0;
        while (true) {
            String line;
            // ^C at the prompt drops the line (the kernel has done that already) and shows a new prompt
            try (var signals = terminal.onSignal(n -> showPrompt(prompt))) {
                showPrompt(prompt);
                line = readLine(terminal.stdin());
            }
            if (line == null || ends(line.strip())) break;
            // changes nothing, but tells the client that its signals were heard
            if (prompt) terminal.raw(false);
            if (isProgram(line.strip())) last = program(line.strip());
        }
        if (prompt) terminal.stdout().println();
        return last;
    }

    private static boolean ends(String text) {
        return text.equals("exit") || text.equals("quit");
    }

    private static boolean isProgram(String text) {
        return !text.isEmpty() && !text.startsWith("#");
    }

    private int program(String text) {
        terminal.lineBegins();
        runner.program(session, terminal, text);
        int status = terminal.exitCode();
        terminal.lineEnds();
        session.put("?", status);
        return status;
    }

    private void showPrompt(boolean prompt) {
        if (!prompt) return;
        terminal.stdout().print(PROMPT);
        terminal.stdout().flush();
    }

    /** Reads up to a newline and no further, since what follows may be meant for the command on this line. */
    private static @Nullable String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) >= 0) {
            if (b == '\n') return line.toString(StandardCharsets.UTF_8);
            line.write(b);
        }
        return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
    }
}

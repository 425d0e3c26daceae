package dev.felucca.shell.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.felix.service.command.CommandSession;
import org.jspecify.annotations.Nullable;

/**
 * Lines of Gogo, read from the caller until its input ends or {@code exit}. The caller's own terminal edits the line
 * (the kernel's line discipline); a prompt is shown only where there is a terminal.
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
        boolean prompt = terminal.stdinIsTty() && terminal.stdoutIsTty();
        int last = 0;
        try {
            while (true) {
                // ^C at the prompt drops the line (the kernel has done that already) and shows a new prompt
                try (var signals = terminal.onSignal(n -> showPrompt(prompt))) {
                    showPrompt(prompt);
                    String line = readLine(terminal.stdin());
                    if (line == null) break;
                    String text = line.strip();
                    if (text.isEmpty() || text.startsWith("#")) continue;
                    if (text.equals("exit") || text.equals("quit")) break;
                    runner.program(session, terminal, text);
                    terminal.stdout().flush();
                    last = terminal.exitCode();
                    session.put("?", last);
                }
                terminal.reset();
            }
            if (prompt) terminal.stdout().println();
        } catch (IOException e) {
            terminal.stderr().println("felucca: " + e.getMessage());
            last = CommandRunner.NOT_CALLED;
        }
        terminal.exitCode(last);
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

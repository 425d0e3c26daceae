package dev.felucca.shell.transport;

import dev.felucca.api.EngineException;
import dev.felucca.shell.terminal.ShellTerminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.felix.service.command.CommandSession;
import org.jline.keymap.KeyMap;
import org.jline.reader.Binding;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/** Edits the lines of an interactive shell, with a history and completion. Nothing of JLine is loaded before there is one. */
final class LineEditor implements AutoCloseable {
    private static final String SEPARATORS = "|;&";
    private static final Map<String, String> ARROWS = Map.of(
            "A", LineReader.UP_LINE_OR_HISTORY,
            "B", LineReader.DOWN_LINE_OR_HISTORY,
            "C", LineReader.FORWARD_CHAR,
            "D", LineReader.BACKWARD_CHAR,
            "H", LineReader.BEGINNING_OF_LINE,
            "F", LineReader.END_OF_LINE);
    private static final String INTERRUPT = "felucca-interrupt";

    private final CommandSession session;
    private final Completions completions;
    private final LineTerminal terminal;
    private final LineReader reader;
    private final ShellTerminal caller;
    private final Executor redraw;

    /** @param redraw draws after a change of the window's size, which may block */
    LineEditor(CommandSession session, SocketTerminal caller, Completions completions, Executor redraw)
            throws IOException {
        this.redraw = redraw;
        this.session = session;
        this.caller = caller;
        this.completions = completions;
        terminal = new LineTerminal(caller, String.valueOf(caller.environment().get("TERM")));
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("felucca")
                .completer((r, line, found) -> complete(line, found))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
                .option(LineReader.Option.HISTORY_INCREMENTAL, true)
                .variable(LineReader.BLINK_MATCHING_PAREN, 0);
        HistoryFile.of(caller.environment()).ifPresent(f -> builder.variable(LineReader.HISTORY_FILE, f)
                .variable(LineReader.HISTORY_FILE_SIZE, HistoryFile.LINES));
        reader = builder.build();
        // the terminal is raw, so ^C is a key
        reader.getWidgets().put(INTERRUPT, () -> {
            throw new UserInterruptException(reader.getBuffer().toString());
        });
        KeyMap<Binding> keys = Objects.requireNonNull(reader.getKeyMaps().get(LineReader.MAIN));
        keys.bind(new Reference(INTERRUPT), KeyMap.ctrl('C'));
        // the keys of either mode of the terminal, since not all follow when they are told which to send
        ARROWS.forEach((key, widget) -> {
            keys.bind(new Reference(widget), "\033[" + key);
            keys.bind(new Reference(widget), "\033O" + key);
        });
    }

    /** Whether the caller has a terminal that can be edited on. */
    static boolean fits(SocketTerminal caller) {
        return caller.stdinIsTty()
                && caller.stdoutIsTty()
                && LineTerminal.supports(caller.environment().get("TERM"));
    }

    /** The next line; empty after ^C; null after ^D on an empty line or when the caller is gone. */
    @Nullable
    String readLine(String prompt) {
        try (var resized = caller.onResize(size -> redraw.execute(() -> terminal.raise(Terminal.Signal.WINCH)))) {
            return reader.readLine(prompt);
        } catch (UserInterruptException e) {
            return "";
        } catch (EndOfFileException e) {
            return null;
        }
    }

    private void complete(ParsedLine line, List<Candidate> found) {
        List<String> words = new ArrayList<>(line.words().subList(0, line.wordIndex()));
        for (int i = words.size(); i > 0; i--)
            if (separates(words.get(i - 1))) {
                words = words.subList(i, words.size());
                break;
            }
        if (words.isEmpty()) frameworkCommands(found);
        words = new ArrayList<>(words);
        words.add(line.word().substring(0, line.wordCursor()));
        try {
            for (String c : completions.candidates(words)) found.add(new Candidate(c));
        } catch (EngineException e) {
            // an engine whose drivers are just away has no names to offer; the line can be typed all the same
            found.clear();
        }
    }

    /** Whether the next word begins a command. */
    private static boolean separates(String word) {
        return !word.isEmpty() && SEPARATORS.indexOf(word.charAt(word.length() - 1)) >= 0;
    }

    private void frameworkCommands(List<Candidate> found) {
        if (session.get(".commands") instanceof Set<?> names)
            for (Object name : names) {
                String text = name.toString();
                if (!text.startsWith("felucca:")) found.add(new Candidate(text.substring(text.indexOf(':') + 1)));
            }
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}

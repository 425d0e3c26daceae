package dev.felucca.shell.transport;

import dev.felucca.shell.terminal.WindowSize;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of an EXEC frame: what to run and for whom.
 *
 * @param mode how {@code arguments} are meant
 * @param ttys bit 0: stdin is a terminal, bit 1: stdout, bit 2: stderr
 * @param window the terminal's size, 0 by 0 without a terminal
 * @param directory the caller's working directory, absolute
 * @param arguments name and arguments, as the caller's kernel passed them
 * @param environment the caller's environment
 */
record ExecRequest(
        Mode mode,
        int ttys,
        WindowSize window,
        String directory,
        List<String> arguments,
        Map<String, String> environment) {

    /** How the arguments are meant. */
    enum Mode {
        /** The name of a command and its arguments, taken as they are. */
        COMMAND,
        /** No argument: lines are read from the caller. */
        INTERACTIVE,
        /** One argument, which is a Gogo program. */
        PROGRAM
    }

    static ExecRequest parse(ByteBuffer b) throws ProtocolException {
        try {
            int mode = b.get();
            if (mode < 0 || mode >= Mode.values().length) throw new ProtocolException("EXEC of unknown mode " + mode);
            int ttys = b.get();
            WindowSize window = new WindowSize(b.getShort() & 0xffff, b.getShort() & 0xffff);
            int argc = count(b);
            int envc = count(b);
            String directory = string(b, "the working directory");
            List<String> arguments = new ArrayList<>(argc);
            for (int i = 1; i <= argc; i++) arguments.add(string(b, "argument " + i));
            Map<String, String> environment = new LinkedHashMap<>();
            for (int i = 0; i < envc; i++) variable(b, environment);
            if (b.hasRemaining()) throw new ProtocolException("EXEC has " + b.remaining() + " bytes too many");
            Mode m = Mode.values()[mode];
            int wanted = m == Mode.INTERACTIVE ? 0 : 1;
            if (argc < wanted || (m != Mode.COMMAND && argc > wanted))
                throw new ProtocolException("EXEC of mode " + m + " has " + argc + " arguments");
            return new ExecRequest(m, ttys, window, directory, List.copyOf(arguments), Map.copyOf(environment));
        } catch (BufferUnderflowException e) {
            throw new ProtocolException("EXEC is shorter than it says");
        }
    }

    /** A number of strings; each takes four bytes at least. */
    private static int count(ByteBuffer b) throws ProtocolException {
        int n = b.getInt();
        if (n < 0 || n > b.remaining() / 4) throw new ProtocolException("EXEC is shorter than it says");
        return n;
    }

    private static ByteBuffer bytes(ByteBuffer b) throws ProtocolException {
        int length = b.getInt();
        if (length < 0 || length > b.remaining()) throw new ProtocolException("EXEC is shorter than it says");
        ByteBuffer s = b.slice(b.position(), length);
        b.position(b.position() + length);
        return s;
    }

    private static String string(ByteBuffer b, String what) throws ProtocolException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes(b)).toString();
        } catch (CharacterCodingException e) {
            // changed silently it would name another file or another word than the caller meant
            throw new ProtocolException(what + " is not valid UTF-8");
        }
    }

    private static void variable(ByteBuffer b, Map<String, String> to) throws ProtocolException {
        try {
            String s = StandardCharsets.UTF_8.newDecoder().decode(bytes(b)).toString();
            int eq = s.indexOf('=');
            if (eq > 0) to.putIfAbsent(s.substring(0, eq), s.substring(eq + 1));
        } catch (CharacterCodingException e) {
            // a variable that no command asked for must not make every command fail: it is as if it were not set
            return;
        }
    }

    boolean stdinIsTty() {
        return (ttys & 1) != 0;
    }

    boolean stdoutIsTty() {
        return (ttys & 2) != 0;
    }

    boolean stderrIsTty() {
        return (ttys & 4) != 0;
    }
}

package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Questions to the caller. */
final class Question {
    private static final int MAX_LINE = 4096;
    private static final int CTRL_C = 3;
    private static final int CTRL_D = 4;
    private static final int DELETE = 127;

    private Question() {}

    /** Whether to do what cannot be undone; no answer is no. */
    static boolean ask(Call call, String warning) throws IOException {
        call.out().println(warning);
        String answer = line(call, "Are you sure you want to continue? [y/N] ").toLowerCase(Locale.ROOT);
        return answer.equals("y") || answer.equals("yes");
    }

    /** A line of standard input, without spaces around it. */
    static String line(Call call, String prompt) throws IOException {
        call.out().print(prompt);
        call.out().flush();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b;
        while ((b = call.terminal().stdin().read()) >= 0 && b != '\n') if (line.size() < MAX_LINE) line.write(b);
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    /** A line that is typed on a terminal and not shown. */
    static String secret(Call call, String prompt) throws IOException {
        call.err().print(prompt);
        call.err().flush();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        call.terminal().raw(true);
        try {
            while (true) {
                int b = call.terminal().stdin().read();
                if (b < 0 || b == CTRL_C || (b == CTRL_D && line.size() == 0))
                    throw EngineException.invalid("no password was given");
                if (b == '\r' || b == '\n') return line.toString(StandardCharsets.UTF_8);
                if (b == DELETE || b == '\b') rubOut(line);
                else if (line.size() < MAX_LINE) line.write(b);
            }
        } finally {
            call.terminal().raw(false);
            call.err().println();
        }
    }

    /** Takes the last character away, which is several bytes in UTF-8. */
    private static void rubOut(ByteArrayOutputStream line) {
        byte[] all = line.toByteArray();
        int n = Math.max(0, all.length - 1);
        while (n > 0 && (all[n] & 0xc0) == 0x80) n--;
        line.reset();
        line.write(all, 0, n);
    }
}

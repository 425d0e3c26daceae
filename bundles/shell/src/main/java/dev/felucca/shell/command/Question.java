package dev.felucca.shell.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A question before something that cannot be undone. */
final class Question {
    private Question() {}

    /** Whether the caller says yes; no answer is no. */
    static boolean ask(Call call, String warning) throws IOException {
        call.out().println(warning);
        call.out().print("Are you sure you want to continue? [y/N] ");
        call.out().flush();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b;
        while ((b = call.terminal().stdin().read()) >= 0 && b != '\n') if (line.size() < 16) line.write(b);
        String answer = line.toString(StandardCharsets.UTF_8).strip().toLowerCase(Locale.ROOT);
        return answer.equals("y") || answer.equals("yes");
    }
}

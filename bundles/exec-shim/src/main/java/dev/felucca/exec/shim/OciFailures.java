package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import dev.felucca.api.exec.ExecFailedException;
import java.util.List;
import java.util.regex.Pattern;

/** Tells by a runtime's words whether it could not execute the user's program: they have no code for that. */
final class OciFailures {
    private static final List<Pattern> MISSING = List.of(
            Pattern.compile("executable file .*not found"),
            Pattern.compile("exec: .*(no such file or directory|not a directory)"));
    private static final List<Pattern> NOT_EXECUTABLE = List.of(
            Pattern.compile("exec: .*(permission denied|is a directory|exec format error|argument list too long)"),
            Pattern.compile("open executable: "),
            Pattern.compile("exec format error", Pattern.CASE_INSENSITIVE));

    private OciFailures() {}

    /** The failure as it is, or as one of the user's program, in the runtime's own words. */
    static EngineException told(OciCommand.Failure e) {
        if (matches(MISSING, e.said())) {
            return new ExecFailedException(e.message(), 127);
        }
        return matches(NOT_EXECUTABLE, e.said()) ? new ExecFailedException(e.message(), 126) : e;
    }

    private static boolean matches(List<Pattern> patterns, String text) {
        return patterns.stream().anyMatch(p -> p.matcher(text).find());
    }
}

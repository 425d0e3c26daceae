package dev.felucca.initplan.birth;

import dev.felucca.api.exec.ExecFailedException;
import dev.felucca.door.Errno;
import java.util.List;

/** Says why a program could not be executed, in the words that docker's command line looks for. */
final class ExecFailures {
    private ExecFailures() {}

    /** Whether execve(2)'s failure is about the program, and not about the engine. */
    static ExecFailedException of(List<String> args, int errno) {
        String program = args.isEmpty() ? "" : args.get(0);
        String quoted = "exec: \"" + program + "\": ";
        return switch (errno) {
            case Errno.ENOENT, Errno.ENOTDIR ->
                program.contains("/")
                        ? new ExecFailedException(
                                quoted + "stat " + program + ": "
                                        + (errno == Errno.ENOENT ? "no such file or directory" : "not a directory"),
                                127)
                        : new ExecFailedException(quoted + "executable file not found in $PATH", 127);
            case Errno.EISDIR -> new ExecFailedException(quoted + "is a directory", 126);
            case Errno.EACCES, Errno.EPERM -> new ExecFailedException(quoted + "permission denied", 126);
            case Errno.ENOEXEC -> new ExecFailedException("exec " + program + ": exec format error", 126);
            case Errno.E2BIG -> new ExecFailedException("exec " + program + ": argument list too long", 126);
            default -> new ExecFailedException("exec " + program + ": " + Errno.describe(errno), 126);
        };
    }
}

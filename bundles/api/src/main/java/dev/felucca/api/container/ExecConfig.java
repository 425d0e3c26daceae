package dev.felucca.api.container;

import dev.felucca.api.spec.Box;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One more program in a running container.
 *
 * @param cmd program and arguments; not empty
 * @param env {@code NAME=value}, over the container's own
 * @param workingDir absolute; null for the container's
 * @param user {@code user[:group]}, by name or number; null for the container's
 * @param openStdin whether standard input is kept open for who attaches; otherwise it is /dev/null. It ends when the first client ends it
 * @param privileged all the engine's capabilities, and no filter of system calls
 * @param consoleSize the terminal's first size; null for the kernel's 0 by 0
 */
public record ExecConfig(
        List<String> cmd,
        List<String> env,
        @Nullable String workingDir,
        @Nullable String user,
        boolean tty,
        boolean openStdin,
        boolean privileged,
        @Nullable Box consoleSize) {
    public ExecConfig {
        cmd = List.copyOf(cmd);
        env = Resources.orEmpty(env);
    }

    /** The same with another first size of its terminal. */
    public ExecConfig withConsoleSize(@Nullable Box size) {
        return new ExecConfig(cmd, env, workingDir, user, tty, openStdin, privileged, size);
    }
}

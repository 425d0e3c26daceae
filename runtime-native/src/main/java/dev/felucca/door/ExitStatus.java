package dev.felucca.door;

/**
 * How a process ended (waitid(2)).
 *
 * @param pid which one, in the engine's PID namespace
 * @param exitCode 0 to 255 if it exited, else -1
 * @param signal the signal that killed it, else 0
 * @param coreDumped whether a core was written
 * @param userMicros CPU time in user mode, its waited-for children included
 * @param systemMicros CPU time in the kernel, likewise
 * @param maxRssKib the largest resident set
 */
public record ExitStatus(
        int pid, int exitCode, int signal, boolean coreDumped, long userMicros, long systemMicros, long maxRssKib) {

    /** As a shell and Docker report it: the exit code, or 128 and the signal. */
    public int code() {
        return signal == 0 ? exitCode : 128 + signal;
    }
}

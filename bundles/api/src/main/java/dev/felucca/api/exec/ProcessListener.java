package dev.felucca.api.exec;

/** Hears of a process's end: exactly one call of one of the two, on a thread that must not be blocked. */
@FunctionalInterface
public interface ProcessListener {
    void exited(ExitStatus status);

    /**
     * The process was ended by something that went wrong around it, such as the death of the process that held it.
     *
     * @param reason in words, for the container's state
     */
    default void exited(ExitStatus status, String reason) {
        exited(status);
    }
}

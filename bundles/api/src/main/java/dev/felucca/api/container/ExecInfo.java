package dev.felucca.api.container;

/**
 * An immutable snapshot of an exec.
 *
 * @param id 64 hexadecimal digits
 * @param user who the program runs as, as it was asked for; empty for root
 * @param pid as the engine sees it; 0 unless it runs
 * @param exitCode of an exited one: its own, 126 or 127 if it could not be executed, 137 if it ended with the container
 */
public record ExecInfo(
        String id, String containerId, ExecConfig config, String user, Status status, int pid, int exitCode) {
    /** Where it is in its life: it runs once. */
    public enum Status {
        CREATED,
        RUNNING,
        EXITED
    }
}

package dev.felucca.api.exec;

/** Hears of a process's end. Called exactly once, on a thread that must not be blocked. */
@FunctionalInterface
public interface ProcessListener {
    void exited(ExitStatus status);
}

package dev.felucca.api.exec;

/** A standard stream of a process; a terminal's output is all {@link #STDOUT}. */
public enum StreamKind {
    STDIN,
    STDOUT,
    STDERR
}

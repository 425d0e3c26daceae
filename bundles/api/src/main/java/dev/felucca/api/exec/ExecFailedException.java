package dev.felucca.api.exec;

import dev.felucca.api.EngineException;

/** The user's program could not be executed: it is not there (127) or cannot be run (126). The message uses docker's words. */
public class ExecFailedException extends EngineException {
    private final int exitCode;

    public ExecFailedException(String message, int exitCode) {
        super(Kind.INVALID, message);
        this.exitCode = exitCode;
    }

    /** 126 or 127. */
    public int exitCode() {
        return exitCode;
    }
}

package dev.felucca.shell.options;

import dev.felucca.api.EngineException;

/** Too few or too many operands: docker's exit status for these is 1, where it is 125 for a wrong option. */
public final class WrongCountException extends EngineException {
    WrongCountException(String message) {
        super(Kind.INVALID, message);
    }
}

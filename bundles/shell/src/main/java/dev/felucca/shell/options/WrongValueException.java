package dev.felucca.shell.options;

import dev.felucca.api.EngineException;

/** An option's value that the parser refuses: docker's exit status is 125, as for an option that there is not. */
public final class WrongValueException extends EngineException {
    WrongValueException(EngineException cause, String message) {
        super(cause.kind(), message, cause);
    }
}

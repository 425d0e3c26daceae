package dev.felucca.docker.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients are told of failures. */
public final class Failures {
    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** The failure itself, without what a completion stage has wrapped around it. */
    public static Throwable cause(Throwable t) {
        Throwable cause = t.getCause();
        return (t instanceof CompletionException || t instanceof ExecutionException) && cause != null
                ? cause(cause)
                : t;
    }

    static int status(Throwable failure) {
        if (failure instanceof Router.MethodException) {
            return 405;
        }
        if (failure instanceof TooLargeException) {
            return 413;
        }
        if (!(failure instanceof EngineException e)) {
            return 500;
        }
        return switch (e.kind()) {
            case INVALID -> 400;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case NOT_MODIFIED -> 304;
            case UNAVAILABLE -> 503;
            case UNSUPPORTED -> 501;
            case FORBIDDEN -> 403;
            case KERNEL, INTERNAL -> 500;
        };
    }

    /** In words for the client; what is a defect goes to the log too. */
    public static String message(Throwable failure) {
        if (failure instanceof EngineException e) {
            if (e.kind() == EngineException.Kind.INTERNAL) {
                log.error("a request failed", e);
            }
            return e.message();
        }
        log.error("a request failed", failure);
        String m = failure.getMessage();
        return m == null || m.isEmpty() ? failure.toString() : m;
    }

    static ObjectNode body(String message) {
        return JsonNodeFactory.instance.objectNode().put("message", message);
    }

    /** A body that is longer than it may be. */
    static final class TooLargeException extends EngineException {
        TooLargeException(long most) {
            super(Kind.INVALID, "the request's body is larger than " + most + " bytes");
        }
    }
}

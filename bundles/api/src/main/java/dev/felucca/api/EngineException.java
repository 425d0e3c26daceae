package dev.felucca.api;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of the engine. Its message says what was asked, what is wrong and what to do about it, in words that
 * can be shown to a user as they are. The kind decides how a front end reports it (HTTP status, exit code).
 */
public class EngineException extends RuntimeException {

    /** What sort of failure it is; front ends map it in one exhaustive switch. */
    public enum Kind {
        /** The request itself is wrong. */
        INVALID,
        /** What the request names does not exist. */
        NOT_FOUND,
        /** The request contradicts the present state, such as a name in use. */
        CONFLICT,
        /** Nothing had to be done: the state asked for was there already. */
        NOT_MODIFIED,
        /** A driver or service that is needed is not there now. */
        UNAVAILABLE,
        /** Felucca or this host cannot do it at all. */
        UNSUPPORTED,
        /** The caller may not do it. */
        FORBIDDEN,
        /** A system call failed; see {@link KernelException}. */
        KERNEL,
        /** A defect in the engine. */
        INTERNAL
    }

    private final Kind kind;

    public EngineException(Kind kind, String message) {
        this(kind, message, null);
    }

    public EngineException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The message; never null, unlike the general {@link Throwable#getMessage()}. */
    public String message() {
        String m = getMessage();
        return m == null ? kind.name() : m;
    }

    public static EngineException invalid(String message) {
        return new EngineException(Kind.INVALID, message);
    }

    public static EngineException notFound(String message) {
        return new EngineException(Kind.NOT_FOUND, message);
    }

    public static EngineException conflict(String message) {
        return new EngineException(Kind.CONFLICT, message);
    }

    public static EngineException unsupported(String message) {
        return new EngineException(Kind.UNSUPPORTED, message);
    }

    public static EngineException unavailable(String message) {
        return new EngineException(Kind.UNAVAILABLE, message);
    }

    public static EngineException internal(String message, @Nullable Throwable cause) {
        return new EngineException(Kind.INTERNAL, message, cause);
    }
}

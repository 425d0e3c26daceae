package dev.felucca.door;

import dev.felucca.api.EngineException;

/** felucca-init could not do an operation of its plan (message FAILED), or ended without a word. */
public final class InitFailure extends EngineException {
    /** For {@link #operation}: not an operation, but the plan or a message was refused, or init died. */
    public static final int NO_OPERATION = -1;

    private final int operation;
    private final int errno;
    private final String detail;

    InitFailure(int operation, int errno, String detail) {
        super(
                Kind.KERNEL,
                "felucca-init, operation " + operation + ": " + detail
                        + (errno == 0 ? "" : ": " + Errno.describe(errno)));
        this.operation = operation;
        this.errno = errno;
        this.detail = detail;
    }

    /** Index in the plan, or {@link #NO_OPERATION}. */
    public int operation() {
        return operation;
    }

    public int errno() {
        return errno;
    }

    /** What init says of it: a call, a path. */
    public String detail() {
        return detail;
    }
}

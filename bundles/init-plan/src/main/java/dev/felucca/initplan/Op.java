package dev.felucca.initplan;

/**
 * One primitive operation of an init plan. felucca-init knows how to do it and nothing about why; all policy is in which
 * operations stand in a plan, in which order and with which values. Values are the kernel's own (flags, masks, ids).
 *
 * <p>Each record says with what system calls it is done. An operation that fails ends init, and the engine is told its index,
 * the errno and a short detail. Operations are immutable and can be shared.
 */
public sealed interface Op permits ProcessOp, MountOp, IdentityOp, ProgramOp {

    OpCode code();

    /** The bits of the operation's header that choose among its variants; see {@link OpFlags}. */
    default int flags() {
        return 0;
    }

    /** Writes the payload, in the order that {@code PROTOCOL.md} gives. */
    void encode(PlanWriter out);

    /** The operation in words, one line, for {@code explain} and for error messages. */
    String words();
}

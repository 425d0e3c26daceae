package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Sys;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An open file descriptor with an owner: whoever holds the object closes it, once. Passing an {@code Fd} to a facade
 * lends it; {@link #release} gives the number away. Closing is idempotent and thread-safe, but nobody may close a
 * descriptor that another thread is using in a call, because the kernel may give the number to another file at once.
 */
public final class Fd implements AutoCloseable {
    /** Stands for the calling thread's working directory in the {@code *at} calls (AT_FDCWD); closing it does nothing. */
    public static final Fd CWD = new Fd(-100, "the working directory");

    private static final VarHandle NUMBER;

    static {
        try {
            NUMBER = MethodHandles.lookup().findVarHandle(Fd.class, "number", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int number;
    private final String description;

    private Fd(int number, String description) {
        this.number = number;
        this.description = description;
    }

    /**
     * Takes over an open descriptor.
     *
     * @param description what it is, for messages: a path, or words such as {@code pidfd of 42}
     */
    public static Fd own(int number, String description) {
        if (number < 0) {
            throw EngineException.invalid("descriptor " + number + " of " + description);
        }
        return new Fd(number, description);
    }

    /** The number; an INTERNAL failure if it is closed, rather than a call on whatever has the number now. */
    public int number() {
        int n = number;
        if (n == -1) {
            throw EngineException.internal("descriptor of " + description + " was used after its close", null);
        }
        return n;
    }

    public boolean isOpen() {
        return number >= 0;
    }

    public String description() {
        return description;
    }

    /** {@code /proc/self/fd/N}: a path to the same file for calls and programs that take only paths. */
    public String procPath() {
        return "/proc/self/fd/" + number();
    }

    /** Another descriptor for the same open file description (F_DUPFD_CLOEXEC). */
    public Fd dup() {
        return Sys.fd(
                "fcntl F_DUPFD_CLOEXEC", description, Sys.raw(Nr.FCNTL, number(), Descriptors.F_DUPFD_CLOEXEC, 0));
    }

    /** Gives up ownership: the number is the caller's to close, and this object counts as closed. */
    public int release() {
        int n = (int) NUMBER.getAndSet(this, -1);
        if (n < 0) {
            throw EngineException.internal("descriptor of " + description + " was released after its close", null);
        }
        return n;
    }

    /** The same descriptor under another description; this object counts as closed afterwards. */
    public Fd describedAs(String words) {
        return new Fd(release(), words);
    }

    @Override
    public void close() {
        if (this == CWD) {
            return;
        }
        int n = (int) NUMBER.getAndSet(this, -1);
        if (n >= 0) {
            // Not retried on EINTR: Linux has released the number by then (close(2)).
            long r = Sys.once(Nr.CLOSE, n, 0, 0, 0);
            if (r < 0 && r != -Errno.EINTR) {
                throw Sys.failure("close", description, (int) -r);
            }
        }
    }

    /** Number and description. */
    @Override
    public String toString() {
        return "fd " + number + " (" + description + ")";
    }
}

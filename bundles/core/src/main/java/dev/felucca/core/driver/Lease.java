package dev.felucca.core.driver;

/**
 * A short loan of a driver. While it is open the driver does not go away; close it after each step, and never keep one over
 * something that may take long.
 */
public final class Lease<D> implements AutoCloseable {
    private final DriverEntry<D> entry;
    private boolean closed;

    Lease(DriverEntry<D> entry) {
        this.entry = entry;
    }

    public D driver() {
        return entry.driver;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            entry.release();
        }
    }
}

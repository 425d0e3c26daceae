package dev.felucca.door.shim;

import dev.felucca.door.Fd;

/**
 * A shim that this engine started.
 *
 * @param startTime with {@link ShimLink#pid} names it for good
 * @param init the engine's end of the socket of a felucca-init that waits
 */
public record Shim(ShimLink link, long startTime, Fd init) implements AutoCloseable {
    @Override
    public void close() {
        link.close();
        init.close();
    }
}

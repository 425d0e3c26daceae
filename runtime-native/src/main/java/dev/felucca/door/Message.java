package dev.felucca.door;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What came over a unix socket in one recvmsg(2). The receiver owns the descriptors; {@link #close} closes them all.
 *
 * @param data the bytes, read-only; without bytes and descriptors the other side has closed
 * @param descriptors in the order sent
 * @param sender pid, uid and gid that the kernel vouches for, if asked for ({@link Sockets#passCredentials})
 * @param truncated whether data or descriptors were lost because the buffer was too small
 */
public record Message(ByteBuffer data, List<Fd> descriptors, Optional<Sockets.Credentials> sender, boolean truncated)
        implements AutoCloseable {

    /** Whether this is the end: nothing came, and nothing will. */
    public boolean isEnd() {
        return !data.hasRemaining() && descriptors.isEmpty() && !truncated;
    }

    @Override
    public void close() {
        descriptors.forEach(Fd::close);
    }
}

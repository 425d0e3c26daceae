package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.nio.ByteBuffer;

/** Files without a name, and their seals: memfd_create(2), fcntl_seal(2). */
public final class Memfds {
    public static final int F_SEAL_SEAL = 1;
    public static final int F_SEAL_SHRINK = 2;
    public static final int F_SEAL_GROW = 4;
    public static final int F_SEAL_WRITE = 8;
    /** Nothing about the file can change any more. */
    public static final int ALL_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int MFD_NOEXEC_SEAL = 8;
    private static final int MFD_EXEC = 16;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;

    private Memfds() {}

    /**
     * An empty file that can be sealed.
     *
     * @param name what /proc shows, without the {@code memfd:} before it
     * @param executable whether it may be executed; MFD_EXEC and MFD_NOEXEC_SEAL are used where the kernel has them
     *     (6.3), where it does not a memfd is executable anyway
     */
    public static Fd create(String name, boolean executable) {
        try (Scratch s = Scratch.open()) {
            long address = s.string(name);
            int base = MFD_CLOEXEC | MFD_ALLOW_SEALING;
            long r = Sys.raw(Nr.MEMFD_CREATE, address, base | (executable ? MFD_EXEC : MFD_NOEXEC_SEAL));
            if (r == -Errno.EINVAL) {
                r = Sys.raw(Nr.MEMFD_CREATE, address, base);
            }
            if (r == -Errno.EACCES && executable) {
                throw new EngineException(
                        EngineException.Kind.UNSUPPORTED,
                        "the kernel refuses an executable memfd (" + name + "): vm.memfd_noexec is 2; Felucca runs its"
                                + " helpers from sealed memfds and needs 0 or 1 (sysctl vm.memfd_noexec=1)",
                        Sys.failure("memfd_create", name, Errno.EACCES));
            }
            return Sys.fd("memfd_create", "memfd:" + name, r);
        }
    }

    /** A file with these bytes that nobody can change. */
    public static Fd sealed(String name, byte[] content, boolean executable) {
        Fd fd = create(name, executable);
        try {
            Descriptors.writeAll(fd, ByteBuffer.wrap(content));
            seal(fd, ALL_SEALS);
            return fd;
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    public static void seal(Fd fd, int seals) {
        Sys.check("fcntl F_ADD_SEALS", fd, Sys.raw(Nr.FCNTL, fd.number(), F_ADD_SEALS, seals));
    }

    public static int seals(Fd fd) {
        return (int) Sys.check("fcntl F_GET_SEALS", fd, Sys.raw(Nr.FCNTL, fd.number(), F_GET_SEALS, 0));
    }
}

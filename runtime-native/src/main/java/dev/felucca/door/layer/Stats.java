package dev.felucca.door.layer;

import dev.felucca.api.KernelException;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.util.Optional;

/** What a name in a directory is, if it is there. */
final class Stats {
    private static final int F_OK = 0;
    private static final int FACCESSAT2 = 439;

    private Stats() {}

    /** Does not follow a link at its end. */
    static Optional<Stat> find(Fd dir, String name) {
        if (!exists(dir, name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Stat.of(dir, name, Nodes.AT_SYMLINK_NOFOLLOW));
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Asks without an exception for the usual answer, which is no. */
    static boolean exists(Fd dir, String name) {
        try (Scratch s = Scratch.open()) {
            long r = Sys.raw(FACCESSAT2, dir.number(), s.string(name), F_OK, Nodes.AT_SYMLINK_NOFOLLOW);
            if (r == -Errno.ENOENT || r == -Errno.ENOTDIR) {
                return false;
            }
            Sys.check("faccessat2", dir, name, r);
            return true;
        }
    }
}

package dev.felucca.door;

import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;

/**
 * Makes mount namespaces that can be pinned. The kernel refuses (EINVAL) to bind a mount namespace within one that is not older,
 * so that no two hold each other. Since Linux 6.18 it takes the namespaces' ids for their age, and these come from a
 * range of 4,096 for each CPU: one that was just made on another CPU can have a lower id than the engine's own. The host's first
 * mount namespace has an id below all, so only an engine in a mount namespace of its own meets this (a systemd unit, a container).
 */
final class MountOrder {
    /** _IOR(0xb7, 13, __u64), linux/nsfs.h, since 6.18; earlier kernels number the mount namespaces in order. */
    private static final int NS_GET_ID = 0x8008b70d;

    /** More than the ids that one CPU takes at a time. */
    private static final int RANGE = 4096 + 64;

    private static final int ROUNDS = 16;

    private MountOrder() {}

    /** The id that a namespace must be above so that this process and the calling thread, as it is now, can pin it. */
    static long least() {
        return Math.max(idOf("/proc/self/ns/mnt"), idOf("/proc/thread-self/ns/mnt"));
    }

    /**
     * unshare(2) with CLONE_NEWNS, such that the result can be pinned.
     *
     * @param least see {@link #least}; asked for before the thread joins another mount namespace
     */
    static void unshare(int flags, long least) {
        Namespaces.unshare(flags);
        // Moved to another CPU between the two steps it has to be done again, which is rare.
        for (int round = 0; idOf("/proc/thread-self/ns/mnt") < least && round < ROUNDS; round++) {
            useUp(least);
            Namespaces.unshare(flags);
        }
    }

    /** Uses up this CPU's ids, on the cheapest kind of namespace; the next range is above all that were given out. */
    private static void useUp(long least) {
        for (int i = 0; i < RANGE && idOf("/proc/thread-self/ns/uts") < least; i++) {
            Namespaces.unshare(NamespaceType.UTS.flag());
        }
    }

    /** 0 where the kernel does not tell. */
    private static long idOf(String path) {
        try (Fd fd = Descriptors.open(path, Descriptors.O_RDONLY);
                Scratch s = Scratch.open()) {
            Mem m = s.alloc(8);
            long r = Sys.raw(Nr.IOCTL, fd.number(), Integer.toUnsignedLong(NS_GET_ID), m.address());
            return r < 0 ? 0 : m.getLong(0);
        }
    }
}

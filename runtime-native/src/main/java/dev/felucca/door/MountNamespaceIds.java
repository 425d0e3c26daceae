package dev.felucca.door;

import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;

/**
 * Keeps new mount namespaces fit for pinning. Against loops the kernel lets a mount namespace's file be mounted only in a namespace
 * with a lower id. Since Linux 6.18 ids come from batches that each CPU has, so a namespace that is made later on another CPU may
 * have the lower one, and its pin fails with EINVAL (seen in engines that do not live in the first mount namespace). On the CPU
 * that made the engine's own namespace ids only rise.
 */
final class MountNamespaceIds {
    /** ioctl_ns(2), since Linux 6.11. */
    private static final long NS_GET_MNTNS_ID = 0x8008b705L;

    private static final int MASK = 1024;

    private MountNamespaceIds() {}

    /** Of the calling thread's mount namespace; 0 before Linux 6.11, where ids rise with time. */
    static long own() {
        try (Fd namespace = Namespaces.own(NamespaceType.MOUNT);
                Scratch s = Scratch.open()) {
            Mem id = s.alloc(8);
            long r = Sys.raw(Nr.IOCTL, namespace.number(), NS_GET_MNTNS_ID, id.address());
            if (r == -Errno.ENOTTY || r == -Errno.EINVAL) {
                return 0;
            }
            Sys.check("ioctl NS_GET_MNTNS_ID", namespace, r);
            return id.getLong(0);
        }
    }

    /**
     * Makes copies of the calling thread's mount namespace, on one CPU after the other, until the id is above another. The thread stays
     * bound to a CPU, so it must be one that ends. If no id is (the CPU in question is not allowed), the pin will say EINVAL.
     */
    static void raiseAbove(long other) {
        if (own() >= other) {
            return;
        }
        try (Scratch s = Scratch.open()) {
            Mem allowed = s.alloc(MASK);
            Mem one = s.alloc(MASK);
            int bytes =
                    (int) Sys.check("sched_getaffinity", "", Sys.raw(Nr.SCHED_GETAFFINITY, 0, MASK, allowed.address()));
            for (int cpu = 0; cpu < bytes * 8; cpu++) {
                if ((allowed.getByte(cpu / 8) & 1 << cpu % 8) == 0) {
                    continue;
                }
                one.putByte(cpu / 8, 1 << cpu % 8);
                Sys.check("sched_setaffinity", "CPU " + cpu, Sys.raw(Nr.SCHED_SETAFFINITY, 0, bytes, one.address()));
                one.putByte(cpu / 8, 0);
                Namespaces.unshare(NamespaceType.MOUNT.flag());
                if (own() > other) {
                    return;
                }
            }
        }
    }
}

package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Sys;
import dev.felucca.door.internal.Throwaway;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Namespaces: unshare(2), setns(2), ioctl_ns(2), and making them ahead of the process that will join. {@code unshare} and
 * {@code setns} change the calling thread only, for good: call them in a thread that ends ({@link #inThread}), never in
 * one of a pool. Namespaces live as long as a process, a descriptor or a pin (a bind mount of its file) holds them.
 */
public final class Namespaces {
    public static final int CLONE_FS = 0x200;

    private static final int NS_GET_USERNS = 0xb701;
    private static final int NS_GET_NSTYPE = 0xb703;

    private Namespaces() {}

    /** A line of a uid or gid map (user_namespaces(7)): ids inside, from where outside, how many. */
    public record IdMap(long inside, long outside, long count) {}

    /** Clocks that a time namespace can shift (time_namespaces(7)). */
    public enum Clock {
        MONOTONIC,
        BOOTTIME;

        private String file() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** An offset of a clock. */
    public record ClockOffset(long seconds, int nanoseconds) {}

    /** unshare(2) of the calling thread; CLONE_* flags. */
    public static void unshare(int flags) {
        Sys.check("unshare", "0x" + Integer.toHexString(flags), Sys.raw(Nr.UNSHARE, flags));
    }

    /** Moves the calling thread into a namespace; EINVAL if it is of another type. */
    public static void setns(Fd namespace, NamespaceType type) {
        Sys.check("setns", namespace, Sys.raw(Nr.SETNS, namespace.number(), type.flag()));
    }

    /** The namespace of a process or thread. */
    public static Fd of(int pid, NamespaceType type) {
        return Descriptors.open("/proc/" + pid + "/ns/" + type.file(), Descriptors.O_RDONLY);
    }

    /** The calling thread's own namespace. */
    public static Fd own(NamespaceType type) {
        return Descriptors.open("/proc/thread-self/ns/" + type.file(), Descriptors.O_RDONLY);
    }

    /** What type a namespace descriptor is of; INVALID if it is none. */
    public static NamespaceType typeOf(Fd namespace) {
        int flag =
                (int) Sys.check("ioctl NS_GET_NSTYPE", namespace, Sys.raw(Nr.IOCTL, namespace.number(), NS_GET_NSTYPE));
        return NamespaceType.byFlag(flag)
                .orElseThrow(() -> EngineException.invalid(namespace.description() + " is no namespace known here"));
    }

    /** The user namespace that owns it; EPERM if it is outside the caller's reach. */
    public static Fd ownerOf(Fd namespace) {
        return Sys.fd(
                "ioctl NS_GET_USERNS",
                "owner of " + namespace.description(),
                Sys.raw(Nr.IOCTL, namespace.number(), NS_GET_USERNS));
    }

    /** The number that identifies a namespace, as /proc/PID/ns shows it. */
    public static long inode(Fd namespace) {
        return Stat.of(namespace).ino();
    }

    /** Runs the work in a thread of its own that ends afterwards, so that it may unshare and join at will. */
    public static <T> T inThread(String name, Callable<T> work) {
        return Throwaway.call(name, work);
    }

    /** Runs the work in a thread that has joined these namespaces, such as to open a socket there. */
    public static <T> T inside(Map<NamespaceType, Fd> namespaces, Callable<T> work) {
        return Throwaway.call("felucca-inside", () -> {
            if (namespaces.containsKey(NamespaceType.MOUNT)) {
                // A thread that shares its root and working directory with others cannot join a mount namespace.
                unshare(CLONE_FS);
            }
            namespaces.forEach((type, fd) -> setns(fd, type));
            return work.call();
        });
    }

    /** Makes one new namespace; as the general {@link #create(Set, List, List, Map)}. */
    public static Fd create(NamespaceType type) {
        return java.util.Objects.requireNonNull(
                create(EnumSet.of(type), List.of(), List.of(), Map.of()).get(type));
    }

    /**
     * Makes new namespaces and gives back one open descriptor each. They hold no process: a network namespace is empty
     * (its loopback is down), a mount namespace is a private copy of the caller's thread's.
     *
     * @param types NETWORK, UTS, IPC, TIME, MOUNT, CGROUP. PID is INVALID: it cannot exist before its first process. USER
     *     is UNSUPPORTED in this release.
     * @param uidMap of the user namespace; empty without USER
     * @param gidMap of the user namespace; empty without USER
     * @param offsets of the time namespace; empty without TIME
     */
    public static Map<NamespaceType, Fd> create(
            Set<NamespaceType> types, List<IdMap> uidMap, List<IdMap> gidMap, Map<Clock, ClockOffset> offsets) {
        return create(types, uidMap, gidMap, offsets, new Start(null, false));
    }

    /**
     * How new namespaces begin.
     *
     * @param mounts the mount namespace of which a new one is a copy; null for the caller's thread's own. It costs least where
     *     few mounts are.
     * @param loopbackUp whether the loopback interface of a new network namespace is brought up
     */
    public record Start(@Nullable Fd mounts, boolean loopbackUp) {}

    /** As {@link #create(Set, List, List, Map)}, with a start of their own; all in one thread, for a thread costs. */
    public static Map<NamespaceType, Fd> create(
            Set<NamespaceType> types,
            List<IdMap> uidMap,
            List<IdMap> gidMap,
            Map<Clock, ClockOffset> offsets,
            Start start) {
        if (types.contains(NamespaceType.PID)) {
            throw EngineException.invalid("a pid namespace cannot be made ahead of its first process");
        }
        if (types.contains(NamespaceType.USER) || !uidMap.isEmpty() || !gidMap.isEmpty()) {
            throw EngineException.unsupported("user namespaces are not supported in this release");
        }
        if (!offsets.isEmpty() && !types.contains(NamespaceType.TIME)) {
            throw EngineException.invalid("clock offsets need a time namespace");
        }
        if (types.isEmpty()) {
            return Map.of();
        }
        return Throwaway.call("felucca-namespaces", () -> createHere(types, offsets, start));
    }

    private static Map<NamespaceType, Fd> createHere(
            Set<NamespaceType> types, Map<Clock, ClockOffset> offsets, Start start) {
        int flags = CLONE_FS;
        long here = types.contains(NamespaceType.MOUNT) ? MountOrder.least() : 0;
        if (start.mounts() != null && types.contains(NamespaceType.MOUNT)) {
            unshare(CLONE_FS);
            setns(start.mounts(), NamespaceType.MOUNT);
        }
        for (NamespaceType t : types) {
            flags |= t.flag();
        }
        if (!types.contains(NamespaceType.MOUNT)) {
            unshare(flags);
        } else {
            MountOrder.unshare(flags, here);
            Mounts.mount(null, "/", null, Mounts.MS_REC | Mounts.MS_PRIVATE, null);
        }
        // Not thread-self: threads' directories have no timens_offsets, but /proc/TID has.
        offsets.forEach((clock, o) -> Transfers.writeText(
                Fd.CWD,
                "/proc/" + Processes.gettid() + "/timens_offsets",
                clock.file() + " " + o.seconds() + " " + o.nanoseconds()));
        if (start.loopbackUp() && types.contains(NamespaceType.NETWORK)) {
            try (Netlink n = Netlink.open(Netlink.NETLINK_ROUTE)) {
                n.linkUp("lo");
            }
        }
        Map<NamespaceType, Fd> made = new EnumMap<>(NamespaceType.class);
        try {
            for (NamespaceType t : EnumSet.copyOf(types)) {
                Fd fd = Descriptors.open("/proc/thread-self/ns/" + t.unsharedFile(), Descriptors.O_RDONLY);
                made.put(t, fd.describedAs("new " + t.file() + " namespace"));
            }
            return made;
        } catch (RuntimeException e) {
            made.values().forEach(Fd::close);
            throw e;
        }
    }

    /** Keeps a namespace alive by a bind mount on {@code file}, which is made if it is not there. */
    public static void pin(Fd namespace, String file) {
        Descriptors.open(file, Descriptors.O_RDONLY | Descriptors.O_CREAT, 0444).close();
        try {
            Mounts.mount(namespace.procPath(), file, null, Mounts.MS_BIND, null);
        } catch (RuntimeException e) {
            Nodes.unlinkat(Fd.CWD, file, 0);
            throw e;
        }
    }

    /** Undoes {@link #pin}: unmounts and removes the file. */
    public static void unpin(String file) {
        Mounts.umount2(file, Mounts.MNT_DETACH | Mounts.UMOUNT_NOFOLLOW);
        Nodes.unlinkat(Fd.CWD, file, 0);
    }
}

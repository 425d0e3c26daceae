package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The options of a mount, sorted by what carries them out. Later ones override earlier ones, as in mount(8).
 *
 * @param bind whether it shows an existing tree
 * @param recursive whether with the mounts below it, option rbind
 * @param set attributes to set, MOUNT_ATTR_*
 * @param clear attributes to clear
 * @param recursiveSet attributes to set on the mounts below too ({@code rro} and the like)
 * @param recursiveClear attributes to clear there
 * @param propagation MS_SHARED and the like, or 0 if none was named
 * @param propagationRecursive {@code rshared} and the like
 * @param data what the filesystem itself understands ({@code size=}, {@code mode=} ...), superblock flags too
 */
record MountOptions(
        boolean bind,
        boolean recursive,
        long set,
        long clear,
        long recursiveSet,
        long recursiveClear,
        int propagation,
        boolean propagationRecursive,
        List<String> data) {
    private record Bits(long set, long clear) {}

    private static final Map<String, Bits> ATTRIBUTES = Map.ofEntries(
            Map.entry("ro", new Bits(MountBits.RDONLY, 0)),
            Map.entry("rw", new Bits(0, MountBits.RDONLY)),
            Map.entry("nosuid", new Bits(MountBits.NOSUID, 0)),
            Map.entry("suid", new Bits(0, MountBits.NOSUID)),
            Map.entry("nodev", new Bits(MountBits.NODEV, 0)),
            Map.entry("dev", new Bits(0, MountBits.NODEV)),
            Map.entry("noexec", new Bits(MountBits.NOEXEC, 0)),
            Map.entry("exec", new Bits(0, MountBits.NOEXEC)),
            Map.entry("nodiratime", new Bits(MountBits.NODIRATIME, 0)),
            Map.entry("diratime", new Bits(0, MountBits.NODIRATIME)),
            Map.entry("nosymfollow", new Bits(MountBits.NOSYMFOLLOW, 0)),
            Map.entry("symfollow", new Bits(0, MountBits.NOSYMFOLLOW)),
            Map.entry("relatime", new Bits(MountBits.RELATIME, MountBits.ATIME_MASK)),
            Map.entry("norelatime", new Bits(MountBits.STRICTATIME, MountBits.ATIME_MASK)),
            Map.entry("noatime", new Bits(MountBits.NOATIME, MountBits.ATIME_MASK)),
            Map.entry("atime", new Bits(MountBits.RELATIME, MountBits.ATIME_MASK)),
            Map.entry("strictatime", new Bits(MountBits.STRICTATIME, MountBits.ATIME_MASK)),
            Map.entry("nostrictatime", new Bits(MountBits.RELATIME, MountBits.ATIME_MASK)));

    private static final Map<String, Integer> PROPAGATION = Map.of(
            "private", MountBits.PRIVATE,
            "slave", MountBits.SLAVE,
            "shared", MountBits.SHARED,
            "unbindable", MountBits.UNBINDABLE);

    /** Options that the kernel has for whole filesystems: they go to fsconfig(2), and mean nothing for a bind mount. */
    private static final List<String> SUPERBLOCK =
            List.of("sync", "async", "dirsync", "lazytime", "nolazytime", "mand", "nomand", "silent", "loud");

    /** Real options of mount(8) or the specification that are refused by name rather than handed to a filesystem. */
    private static final List<String> UNSUPPORTED = List.of(
            "remount",
            "move",
            "tmpcopyup",
            "idmap",
            "ridmap",
            "iversion",
            "noiversion",
            "acl",
            "noacl",
            "users",
            "user");

    /** @param where the mount, for refusals */
    static MountOptions parse(String where, List<String> options) {
        boolean bind = false;
        boolean recursive = false;
        int propagation = 0;
        boolean propagationRecursive = false;
        Bits own = new Bits(0, 0);
        Bits below = new Bits(0, 0);
        List<String> data = new ArrayList<>();
        for (String option : options) {
            Bits bits = ATTRIBUTES.get(option);
            Bits recursiveBits = option.startsWith("r") ? ATTRIBUTES.get(option.substring(1)) : null;
            Integer mode = PROPAGATION.get(option.startsWith("r") ? option.substring(1) : option);
            if (bits != null) {
                own = and(own, bits);
            } else if (recursiveBits != null) {
                own = and(own, recursiveBits);
                below = and(below, recursiveBits);
            } else if (mode != null) {
                propagation = mode;
                propagationRecursive = option.startsWith("r");
            } else if (option.equals("bind") || option.equals("rbind")) {
                bind = true;
                recursive = option.equals("rbind");
            } else if (UNSUPPORTED.contains(option)) {
                throw EngineException.unsupported(
                        "mount " + where + ": the option \"" + option + "\" is not supported");
            } else if (!option.equals("defaults") && !option.isEmpty()) {
                data.add(option);
            }
        }
        if (bind && !data.isEmpty()) {
            throw EngineException.invalid("mount " + where + ": the option \"" + data.get(0)
                    + (SUPERBLOCK.contains(data.get(0)) ? "\" does not work on" : "\" is unknown for")
                    + " a bind mount");
        }
        return new MountOptions(
                bind, recursive, own.set, own.clear, below.set, below.clear, propagation, propagationRecursive, data);
    }

    /** The later bits win over the earlier ones. An atime mode clears the whole field before it sets its own value. */
    private static Bits and(Bits before, Bits now) {
        return new Bits((before.set & ~now.clear) | now.set, (before.clear & ~now.set) | now.clear);
    }
}

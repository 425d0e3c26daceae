package dev.felucca.initplan;

import java.util.ArrayList;
import java.util.List;

/** Mount attribute and propagation bits, and their words. */
public final class MountBits {
    /** MOUNT_ATTR_*, mount_setattr(2). */
    public static final int RDONLY = 0x1;

    public static final int NOSUID = 0x2;
    public static final int NODEV = 0x4;
    public static final int NOEXEC = 0x8;
    /** The two bits that hold the atime mode; clear them when one of the modes is set. */
    public static final int ATIME_MASK = 0x70;

    public static final int RELATIME = 0x0;
    public static final int NOATIME = 0x10;
    public static final int STRICTATIME = 0x20;
    public static final int NODIRATIME = 0x80;
    public static final int NOSYMFOLLOW = 0x20_0000;

    /** Propagation, mount(2). */
    public static final int UNBINDABLE = 1 << 17;

    public static final int PRIVATE = 1 << 18;
    public static final int SLAVE = 1 << 19;
    public static final int SHARED = 1 << 20;

    private MountBits() {}

    static String propagation(int bits) {
        return switch (bits) {
            case UNBINDABLE -> "unbindable";
            case PRIVATE -> "private";
            case SLAVE -> "slave";
            case SHARED -> "shared";
            default -> "propagation 0x" + Integer.toHexString(bits);
        };
    }

    static String attributes(long set, long clear) {
        List<String> words = new ArrayList<>();
        add(words, set, "ro", "nosuid", "nodev", "noexec");
        if ((set & NOATIME) != 0) {
            words.add("noatime");
        }
        if ((set & STRICTATIME) != 0) {
            words.add("strictatime");
        }
        if ((set & NODIRATIME) != 0) {
            words.add("nodiratime");
        }
        if ((set & NOSYMFOLLOW) != 0) {
            words.add("nosymfollow");
        }
        add(words, clear, "rw", "suid", "dev", "exec");
        return words.isEmpty() ? "" : " " + String.join(",", words);
    }

    private static void add(List<String> words, long bits, String... names) {
        for (int i = 0; i < names.length; i++) {
            if ((bits & (1L << i)) != 0) {
                words.add(names[i]);
            }
        }
    }

    static String owner(int mode, int uid, int gid) {
        return (mode == -1 ? "" : ", mode " + Integer.toOctalString(mode & 07777)) + ", owner " + uid + ":" + gid;
    }
}

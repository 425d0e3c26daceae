package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxDeviceCgroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checked device rule.
 *
 * @param type {@code b}, {@code c} or {@code a}, both
 * @param major {@link #ANY} for all, as is minor
 * @param access bits {@link #MKNOD}, {@link #READ}, {@link #WRITE}, as the kernel's BPF_DEVCG_ACC_*
 */
public record DeviceRule(boolean allow, char type, long major, long minor, int access) {
    static final long ANY = -1;
    static final int MKNOD = 1;
    static final int READ = 2;
    static final int WRITE = 4;
    static final int ALL = MKNOD | READ | WRITE;

    public static List<DeviceRule> of(List<LinuxDeviceCgroup> rules) {
        List<DeviceRule> checked = new ArrayList<>(rules.size());
        for (LinuxDeviceCgroup r : rules) {
            checked.add(of(r));
        }
        return checked;
    }

    private static DeviceRule of(LinuxDeviceCgroup r) {
        String type = r.type() == null || r.type().isEmpty() ? "a" : r.type();
        if (type.length() != 1 || "abc".indexOf(type.charAt(0)) < 0) {
            throw EngineException.invalid("device rule " + r + ": the type is a, b or c");
        }
        return new DeviceRule(r.allow(), type.charAt(0), number(r, r.major()), number(r, r.minor()), access(r));
    }

    private static long number(LinuxDeviceCgroup r, @Nullable Long n) {
        if (n == null || n == -1) {
            return ANY;
        }
        if (n < 0 || n > 0xFFFF_FFFFL) {
            throw EngineException.invalid("device rule " + r + ": " + n + " is no device number");
        }
        return n;
    }

    private static int access(LinuxDeviceCgroup r) {
        String letters = r.access() == null || r.access().isEmpty() ? "rwm" : r.access();
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            bits |= switch (letters.charAt(i)) {
                case 'r' -> READ;
                case 'w' -> WRITE;
                case 'm' -> MKNOD;
                default -> throw EngineException.invalid("device rule " + r + ": access is made of r, w and m");
            };
        }
        return bits;
    }

    /** Whether it covers every device and access. */
    public boolean total() {
        return type == 'a' && major == ANY && minor == ANY && access == ALL;
    }

    /** As lines of v1's devices.allow and devices.deny, where {@code a} always means everything. */
    public List<String> lines() {
        if (total()) {
            return List.of("a");
        }
        String rest = " " + text(major) + ":" + text(minor) + " " + letters();
        return type == 'a' ? List.of("b" + rest, "c" + rest) : List.of(type + rest);
    }

    private static String text(long number) {
        return number == ANY ? "*" : Long.toString(number);
    }

    private String letters() {
        return ((access & READ) != 0 ? "r" : "")
                + ((access & WRITE) != 0 ? "w" : "")
                + ((access & MKNOD) != 0 ? "m" : "");
    }
}

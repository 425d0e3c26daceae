package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.HostConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Which capabilities (capabilities(7)) a container gets. */
final class CapabilityNames {
    /** By number, include/uapi/linux/capability.h. */
    private static final List<String> ALL = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_DAC_READ_SEARCH",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_KILL",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETPCAP",
            "CAP_LINUX_IMMUTABLE",
            "CAP_NET_BIND_SERVICE",
            "CAP_NET_BROADCAST",
            "CAP_NET_ADMIN",
            "CAP_NET_RAW",
            "CAP_IPC_LOCK",
            "CAP_IPC_OWNER",
            "CAP_SYS_MODULE",
            "CAP_SYS_RAWIO",
            "CAP_SYS_CHROOT",
            "CAP_SYS_PTRACE",
            "CAP_SYS_PACCT",
            "CAP_SYS_ADMIN",
            "CAP_SYS_BOOT",
            "CAP_SYS_NICE",
            "CAP_SYS_RESOURCE",
            "CAP_SYS_TIME",
            "CAP_SYS_TTY_CONFIG",
            "CAP_MKNOD",
            "CAP_LEASE",
            "CAP_AUDIT_WRITE",
            "CAP_AUDIT_CONTROL",
            "CAP_SETFCAP",
            "CAP_MAC_OVERRIDE",
            "CAP_MAC_ADMIN",
            "CAP_SYSLOG",
            "CAP_WAKE_ALARM",
            "CAP_BLOCK_SUSPEND",
            "CAP_AUDIT_READ",
            "CAP_PERFMON",
            "CAP_BPF",
            "CAP_CHECKPOINT_RESTORE");

    /** What docker gives to every container. */
    private static final Set<String> DEFAULT = Set.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FSETID",
            "CAP_FOWNER",
            "CAP_MKNOD",
            "CAP_NET_RAW",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETFCAP",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SYS_CHROOT",
            "CAP_KILL",
            "CAP_AUDIT_WRITE");

    private CapabilityNames() {}

    /**
     * In the order of their numbers. {@code --cap-add ALL} is all but what is dropped, {@code --cap-drop ALL} none but what is
     * added; both together mean the former, as in docker. INVALID names what is unknown or what the engine has not got itself.
     *
     * @param available the engine's own bounding set
     */
    static List<String> of(HostConfig host, List<String> available) {
        Set<String> add = names("CapAdd", host.capAdd());
        Set<String> drop = names("CapDrop", host.capDrop());
        if (host.privileged()) {
            return available;
        }
        for (String name : add) {
            if (!name.equals("ALL") && !available.contains(name)) {
                throw EngineException.invalid("invalid CapAdd: capability not supported by your kernel or not available"
                        + " in the current environment: \"" + name + "\"");
            }
        }
        return available.stream()
                .filter(name -> {
                    if (add.contains("ALL")) {
                        return !drop.contains(name);
                    }
                    boolean dropped = drop.contains("ALL") || drop.contains(name);
                    return add.contains(name) || (DEFAULT.contains(name) && !dropped);
                })
                .toList();
    }

    /** The bounding set in a /proc/PID/status; numbers that are newer than the list here stay unnamed and are not given. */
    static List<String> ofStatus(String status) {
        String hex = status.lines()
                .filter(line -> line.startsWith("CapBnd:"))
                .findFirst()
                .map(line -> line.substring("CapBnd:".length()).strip())
                .orElseThrow(() -> EngineException.internal("/proc/self/status has no line CapBnd", null));
        long mask = Long.parseUnsignedLong(hex, 16);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < ALL.size(); i++) {
            if ((mask & (1L << i)) != 0) {
                names.add(ALL.get(i));
            }
        }
        return List.copyOf(names);
    }

    private static Set<String> names(String option, List<String> given) {
        Set<String> names = new TreeSet<>();
        for (String text : given) {
            String upper = text.strip().toUpperCase(Locale.ROOT);
            String name = upper.equals("ALL") || upper.startsWith("CAP_") ? upper : "CAP_" + upper;
            if (name.equals("CAP_ALL")) {
                name = "ALL";
            }
            if (!name.equals("ALL") && !ALL.contains(name)) {
                throw EngineException.invalid("invalid " + option + ": unknown capability: \"" + text + "\"");
            }
            names.add(name);
        }
        return names;
    }
}

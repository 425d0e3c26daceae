package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import java.util.List;

/** Names of capabilities (capabilities(7)) and their masks. */
final class Capabilities {
    /** By number. */
    private static final List<String> NAMES = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "DAC_READ_SEARCH",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETGID",
            "SETUID",
            "SETPCAP",
            "LINUX_IMMUTABLE",
            "NET_BIND_SERVICE",
            "NET_BROADCAST",
            "NET_ADMIN",
            "NET_RAW",
            "IPC_LOCK",
            "IPC_OWNER",
            "SYS_MODULE",
            "SYS_RAWIO",
            "SYS_CHROOT",
            "SYS_PTRACE",
            "SYS_PACCT",
            "SYS_ADMIN",
            "SYS_BOOT",
            "SYS_NICE",
            "SYS_RESOURCE",
            "SYS_TIME",
            "SYS_TTY_CONFIG",
            "MKNOD",
            "LEASE",
            "AUDIT_WRITE",
            "AUDIT_CONTROL",
            "SETFCAP",
            "MAC_OVERRIDE",
            "MAC_ADMIN",
            "SYSLOG",
            "WAKE_ALARM",
            "BLOCK_SUSPEND",
            "AUDIT_READ",
            "PERFMON",
            "BPF",
            "CHECKPOINT_RESTORE");

    private Capabilities() {}

    static long mask(String field, List<String> names) {
        long mask = 0;
        for (String name : names) {
            int number = name.startsWith("CAP_") ? NAMES.indexOf(name.substring(4)) : -1;
            if (number < 0) {
                throw EngineException.invalid(
                        "process.capabilities." + field + ": unknown capability \"" + name + "\"");
            }
            mask |= 1L << number;
        }
        return mask;
    }
}

package dev.felucca.api.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What a system call filter decides (seccomp(2)). In config.json with the prefix {@code SCMP_ACT_}. */
public enum SeccompAction {
    KILL,
    KILL_PROCESS,
    KILL_THREAD,
    TRAP,
    ERRNO,
    TRACE,
    ALLOW,
    LOG,
    NOTIFY;

    private static final String PREFIX = "SCMP_ACT_";

    @JsonValue
    public String specName() {
        return PREFIX + name();
    }

    @JsonCreator
    public static SeccompAction of(String specName) {
        return SeccompNames.find(values(), SeccompAction::specName, specName, "seccomp action");
    }
}

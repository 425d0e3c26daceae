package dev.felucca.api.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Flags of seccomp(2). In config.json with the prefix {@code SECCOMP_FILTER_FLAG_}. */
public enum SeccompFlag {
    TSYNC,
    LOG,
    SPEC_ALLOW,
    WAIT_KILLABLE_RECV;

    private static final String PREFIX = "SECCOMP_FILTER_FLAG_";

    @JsonValue
    public String specName() {
        return PREFIX + name();
    }

    @JsonCreator
    public static SeccompFlag of(String specName) {
        return SeccompNames.find(values(), SeccompFlag::specName, specName, "seccomp flag");
    }
}

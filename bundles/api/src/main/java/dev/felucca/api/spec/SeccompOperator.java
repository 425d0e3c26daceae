package dev.felucca.api.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How an argument is compared, unsigned. In config.json with the prefix {@code SCMP_CMP_}. */
public enum SeccompOperator {
    NE,
    LT,
    LE,
    EQ,
    GE,
    GT,
    MASKED_EQ;

    private static final String PREFIX = "SCMP_CMP_";

    @JsonValue
    public String specName() {
        return PREFIX + name();
    }

    @JsonCreator
    public static SeccompOperator of(String specName) {
        return SeccompNames.find(values(), SeccompOperator::specName, specName, "seccomp operator");
    }
}

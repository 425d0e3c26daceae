package dev.felucca.api.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Architectures of system calls. In config.json with the prefix {@code SCMP_ARCH_}. */
public enum SeccompArch {
    X86,
    X86_64,
    X32,
    ARM,
    AARCH64,
    MIPS,
    MIPS64,
    MIPS64N32,
    MIPSEL,
    MIPSEL64,
    MIPSEL64N32,
    PPC,
    PPC64,
    PPC64LE,
    S390,
    S390X,
    PARISC,
    PARISC64,
    RISCV64,
    LOONGARCH64,
    M68K,
    SH,
    SHEB;

    private static final String PREFIX = "SCMP_ARCH_";

    @JsonValue
    public String specName() {
        return PREFIX + name();
    }

    @JsonCreator
    public static SeccompArch of(String specName) {
        return SeccompNames.find(values(), SeccompArch::specName, specName, "seccomp architecture");
    }
}

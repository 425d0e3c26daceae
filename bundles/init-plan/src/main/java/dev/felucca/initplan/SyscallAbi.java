package dev.felucca.initplan;

import dev.felucca.api.spec.SeccompArch;
import java.util.List;

/** The ways in which programs on this engine's machines call the kernel. x32 shares the audit architecture of x86-64. */
enum SyscallAbi {
    X86_64(SeccompArch.X86_64, 0xC000_003E, 0, -1, -1),
    I386(SeccompArch.X86, 0x4000_0003, 0, -1, -1),
    /** 512 to 547 are x32's own calls, a closed block (syscall_64.tbl). */
    X32(SeccompArch.X32, 0xC000_003E, 0x4000_0000, 512, 547),
    AARCH64(SeccompArch.AARCH64, 0xC000_00B7, 0, -1, -1),
    /** From 0xf0000 on there are calls of the architecture itself, such as set_tls. */
    ARM(SeccompArch.ARM, 0x4000_0028, 0, 0xf_0000, 0xf_ffff);

    private final SeccompArch arch;
    private final int audit;
    private final int bit;
    private final int blockStart;
    private final int blockEnd;

    SyscallAbi(SeccompArch arch, int audit, int bit, int blockStart, int blockEnd) {
        this.arch = arch;
        this.audit = audit;
        this.bit = bit;
        this.blockStart = blockStart;
        this.blockEnd = blockEnd;
    }

    SeccompArch arch() {
        return arch;
    }

    /** AUDIT_ARCH_*, {@code seccomp_data.arch}. */
    int audit() {
        return audit;
    }

    /** What is added to every number: __X32_SYSCALL_BIT or nothing. */
    int bit() {
        return bit;
    }

    /** Whether the number lies in a block apart, so that it says nothing about how new a call is. */
    boolean apart(int number) {
        int plain = number & ~bit;
        return blockStart >= 0 && plain >= blockStart && plain <= blockEnd;
    }

    /** Numbers at which the block apart begins and ends, exclusive; empty if there is none. */
    List<Integer> edges() {
        return blockStart < 0 ? List.of() : List.of(blockStart | bit, (blockEnd + 1) | bit);
    }
}

package dev.felucca.api.spec;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;

/**
 * A condition on an argument of a system call.
 *
 * @param index 0 to 5
 * @param value unsigned; for MASKED_EQ the mask
 * @param valueTwo unsigned; for MASKED_EQ what the masked argument must equal
 */
public record LinuxSeccompArg(
        int index,
        @JsonSerialize(using = Uint64.Writer.class) @JsonDeserialize(using = Uint64.Reader.class) long value,
        @JsonSerialize(using = Uint64.Writer.class) @JsonDeserialize(using = Uint64.Reader.class) long valueTwo,
        SeccompOperator op) {
    public LinuxSeccompArg {
        Spec.required(op, "linux.seccomp.syscalls[].args[].op");
    }
}

package dev.felucca.api.spec;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;

/**
 * A resource limit (setrlimit(2)).
 *
 * @param type such as {@code RLIMIT_NOFILE}
 * @param hard ceiling, unsigned; {@link #INFINITY} for none
 * @param soft the limit in force, unsigned, at most {@code hard}
 */
public record PosixRlimit(
        String type,
        @JsonSerialize(using = Uint64.Writer.class) @JsonDeserialize(using = Uint64.Reader.class) long hard,
        @JsonSerialize(using = Uint64.Writer.class) @JsonDeserialize(using = Uint64.Reader.class) long soft) {
    /** RLIM_INFINITY: all bits set. */
    public static final long INFINITY = -1L;

    public PosixRlimit {
        Spec.required(type, "process.rlimits[].type");
    }
}

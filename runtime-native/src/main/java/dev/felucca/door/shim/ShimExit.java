package dev.felucca.door.shim;

import dev.felucca.api.exec.ExitStatus;
import dev.felucca.door.Errno;
import java.time.Instant;
import java.util.Optional;

/**
 * The end of a process that a shim held.
 *
 * @param status as wait(2) gives it
 * @param lostEntries of the log; 0 unless the process is init
 * @param logErrno why the first was lost
 */
public record ShimExit(int status, Instant at, long lostEntries, int logErrno) {
    private static final int CORE = 0x80;

    /** As the API has it. */
    public ExitStatus toStatus() {
        int signal = status & 0x7f;
        int code = signal == 0 ? (status >> 8) & 0xff : 128 + signal;
        return new ExitStatus(code, signal, (status & CORE) != 0, at);
    }

    /** In words what the log lacks, if it lacks something. */
    public Optional<String> logLoss() {
        return logErrno == 0
                ? Optional.empty()
                : Optional.of("the log is incomplete: " + lostEntries + " entries lost, first by: "
                        + Errno.describe(logErrno));
    }

    /** Reads the record that a shim left: version, pid, status, seconds, nanoseconds, entries lost, errno; empty if it is none. */
    public static Optional<ShimExit> parse(String record) {
        String[] f = record.strip().split(" ");
        if (f.length != 7 || !f[0].equals("1")) {
            return Optional.empty();
        }
        return Optional.of(new ShimExit(
                Integer.parseInt(f[2]),
                Instant.ofEpochSecond(Long.parseLong(f[3]), Long.parseLong(f[4])),
                Long.parseLong(f[5]),
                Integer.parseInt(f[6])));
    }
}

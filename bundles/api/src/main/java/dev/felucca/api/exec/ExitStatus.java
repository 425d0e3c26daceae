package dev.felucca.api.exec;

import java.time.Instant;

/**
 * How a process ended.
 *
 * @param code the exit code, or 128 plus the signal's number, as shells and docker have it
 * @param signal the signal that killed it, or 0
 * @param coreDumped whether the kernel wrote a core file
 */
public record ExitStatus(int code, int signal, boolean coreDumped, Instant at) {}

package dev.felucca.api.exec;

/**
 * A process that was born.
 *
 * @param pid as the engine sees it
 * @param startTime clock ticks after boot, field 22 of /proc/PID/stat: with the pid it names the process for good
 */
public record CreatedProcess(int pid, long startTime, ProcessIo io) {}

package dev.felucca.api.exec;

import java.util.function.Function;

/**
 * A container that an earlier engine ran, or may have begun to run.
 *
 * @param runtime the runtime's name as the container recorded it
 * @param pid init's, as it was recorded; 0 if the engine ended before it recorded one: then what the backend finds counts
 * @param startTime as in {@link CreatedProcess}; a process with this pid and another start time is not the container's and is not touched
 * @param listener told the exit, if the container runs
 * @param execListener gives the listener for an exec, by its id: of one that still runs, or of one that ended while no engine was there,
 *     which is told at once
 */
public record AdoptRequest(
        String containerId,
        String runtime,
        int pid,
        long startTime,
        ProcessListener listener,
        Function<String, ProcessListener> execListener) {}

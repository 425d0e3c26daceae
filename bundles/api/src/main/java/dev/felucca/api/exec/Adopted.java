package dev.felucca.api.exec;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was found of a container of an earlier engine. */
public sealed interface Adopted {
    /**
     * It runs on (perhaps frozen), and is this engine's now.
     *
     * @param execs its execs that run, by their ids; of those that ended while no engine was there the listener is told
     */
    record Running(CreatedProcess process, Map<String, CreatedProcess> execs) implements Adopted {
        public Running {
            execs = Map.copyOf(execs);
        }
    }

    /**
     * It ended while no engine was there; {@link ExecutionBackend#delete} is still to be called.
     *
     * @param status with the true time of the end
     * @param logLoss in words, if entries of the log could not be written
     */
    record Exited(ExitStatus status, @Nullable String logLoss) implements Adopted {}

    /**
     * It is not there, and nobody knows how it ended. What was left of it has been killed; {@link ExecutionBackend#delete} is
     * still to be called.
     *
     * @param reason in words, for the container's state
     */
    record Gone(String reason) implements Adopted {}
}

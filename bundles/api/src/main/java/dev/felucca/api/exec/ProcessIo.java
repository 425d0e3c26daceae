package dev.felucca.api.exec;

import dev.felucca.api.EngineException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The engine's ends of a process's standard streams, or of its terminal. Thread-safe; no call blocks.
 *
 * <p>Of a backend that does not survive the engine, the output is read here and nowhere else: {@link #begin} is called once, before
 * the process starts, and what is not read stops the process. Of one that {@linkplain ExecutionBackend#survivesEngine survives}, the
 * backend reads the output always and writes it to the {@link LogTarget}; {@link #begin} then asks for a copy of it from then on, as
 * long as somebody wants it, and {@link #leave} ends that. A copy that is not taken (back-pressure) stops the process as well, until
 * it is taken, or left, or the engine ends. Nobody's begin is needed for the process to run, or for its end to be told.
 *
 * <p>At the end: the sink hears the end of each stream after all bytes of it. {@link ProcessListener#exited} may come before that,
 * when the sink paused; but in a surviving backend all output is in the log when the exit is told. A sink that begins after the
 * process's end hears the ends at once.
 */
@ProviderType
public interface ProcessIo extends AutoCloseable {
    /**
     * Starts to give the output to the sink. Once; in a surviving backend again after {@link #leave}.
     *
     * @throws dev.felucca.api.EngineException CONFLICT if a sink has it already
     */
    void begin(OutputSink sink);

    /**
     * Gives the sink nothing more, neither output nor ends, except a call that is under way; without a sink, nothing. The process
     * is not stopped by it any more.
     *
     * @throws dev.felucca.api.EngineException UNSUPPORTED if the backend does not survive the engine: there, nobody else reads
     */
    default void leave() {
        throw EngineException.unsupported("the output of this process cannot be left: nobody else reads it");
    }

    /** What could not be written to the {@link LogTarget} so far, in words; empty in a backend that does not write it. */
    default Optional<String> logLoss() {
        return Optional.empty();
    }

    /** Goes on with a stream that the sink paused; harmless if it is not paused. */
    void resume(StreamKind stream);

    /**
     * Queues bytes for standard input; the buffer's content is copied.
     *
     * @param written told how many bytes the process's side has taken, for flow control; the queue itself is not bounded, so
     *     the caller keeps a window
     */
    void stdin(ByteBuffer data, LongConsumer written);

    /** Ends standard input after what is queued (for a terminal: sends end-of-file characters is the client's business; ignored). */
    void closeStdin();

    /**
     * Sets the terminal's size in character cells.
     *
     * @throws dev.felucca.api.EngineException INVALID if the process has no terminal
     */
    void resize(int rows, int columns);

    /**
     * Closes all ends; pending output is dropped and the sink told the end. In a surviving backend only this engine's: the process and
     * its log go on.
     */
    @Override
    void close();
}

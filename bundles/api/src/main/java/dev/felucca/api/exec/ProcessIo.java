package dev.felucca.api.exec;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.osgi.annotation.versioning.ProviderType;

/** The engine's ends of a process's standard streams, or of its terminal. Thread-safe; no call blocks. */
@ProviderType
public interface ProcessIo extends AutoCloseable {
    /** Starts to read the output into the sink; once. */
    void begin(OutputSink sink);

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

    /** Closes all ends; pending output is dropped and the sink told the end. */
    @Override
    void close();
}

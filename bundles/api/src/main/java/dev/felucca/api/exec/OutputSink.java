package dev.felucca.api.exec;

import java.nio.ByteBuffer;

/**
 * Takes a process's output. Called from one thread at a time, in the order of each stream; must not block.
 */
public interface OutputSink {
    /**
     * Some bytes, valid only during the call; the sink takes all of them.
     *
     * @return false to pause the stream (back-pressure) until {@link ProcessIo#resume}
     */
    boolean output(StreamKind stream, ByteBuffer data);

    /** The stream's end; nothing more comes from it. Called exactly once for each output stream that the process has. */
    void end(StreamKind stream);
}

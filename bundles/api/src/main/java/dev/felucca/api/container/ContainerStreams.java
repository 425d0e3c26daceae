package dev.felucca.api.container;

import dev.felucca.api.exec.OutputSink;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** The standard streams of containers, live and logged. Thread-safe. */
@ProviderType
public interface ContainerStreams {
    /**
     * Joins the live streams; allowed before start, so that nothing is missed. Output that comes while the sink has paused a
     * stream stops the container's writes (back-pressure), never loses bytes. The sink hears the end when the run ends.
     *
     * @param stdin whether this client feeds standard input; needs {@code openStdin}
     */
    Attachment attach(String container, boolean stdin, OutputSink sink);

    /**
     * Sets the size of the terminal of the present run, or the first size of the next one's.
     *
     * @throws dev.felucca.api.EngineException INVALID if it has no terminal
     */
    void resize(String container, int rows, int columns);

    /**
     * Replays the log.
     *
     * @return when all that was asked for has been given to the sink, or the follow was closed
     */
    LogReading logs(String container, LogOptions options, LogSink sink);

    /** A client that joined. */
    interface Attachment extends AutoCloseable {
        /** Like {@link dev.felucca.api.exec.ProcessIo#stdin}; kept until the process is there. */
        void stdin(ByteBuffer data, LongConsumer written);

        /** The client's input ended; ends the process's if it is {@code stdinOnce}, else that stays open for the next client. */
        void closeStdin();

        void resize(int rows, int columns);

        void resume(dev.felucca.api.exec.StreamKind stream);

        /** Leaves; the container runs on. */
        @Override
        void close();
    }

    /** @param tail how many lines from the end; -1 for all */
    record LogOptions(boolean follow, int tail, @Nullable Instant since, @Nullable Instant until) {}

    /** Takes log entries in order; may block (the reading waits). */
    interface LogSink {
        /** @param line as logged: with its line end, except for a piece of a long line */
        void entry(Instant time, dev.felucca.api.exec.StreamKind stream, byte[] line);

        /** @param failure null for a regular end */
        void end(@Nullable Throwable failure);
    }

    /** A reading under way. */
    interface LogReading extends AutoCloseable {
        @Override
        void close();
    }
}

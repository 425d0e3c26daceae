package dev.felucca.door;

import dev.felucca.api.KernelException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Moves the stdio of containers: a few threads, each with its own epoll(7), for any number of streams. All streams of one
 * <em>key</em> (a container's id) are served by the same thread, so their sinks never run at the same time; each ready
 * stream gets one read of at most 64 KiB in turn, so that a flood delays the others by little.
 *
 * <p>Sinks and listeners run in the pump's thread and must not block: they write to memory or a local file, or pause.
 * Descriptors may be pipes, sockets or terminals' masters, not regular files; the pump takes them over, makes them
 * non-blocking and closes them. To read and write the same terminal, give the writer a {@link Fd#dup}.
 */
@ProviderType
public interface Pump {
    /** Takes what a stream gives. */
    interface Sink {
        /** Whether more may come at once. */
        enum Answer {
            GO_ON,
            /** Nothing is read until {@link Source#resume}; the program then blocks when its pipe is full. */
            PAUSE
        }

        /** A piece of the stream, to be used up before the return: its memory is used again. */
        Answer data(ByteBuffer piece);

        /** The last call, unless the source was closed before: end of the stream, or what went wrong. */
        void end(Optional<KernelException> failure);
    }

    /** A stream being read. Closing it stops reading without {@link Sink#end}. */
    interface Source extends AutoCloseable {
        /** Reads on after a pause; also allowed if there was none. */
        void resume();

        /** Reads what is there now, 1 MiB at most, and then ends: for streams that others than the program still hold open. */
        void finish();

        @Override
        void close();
    }

    /** A stream being written from a bounded queue. */
    interface Writer extends AutoCloseable {
        /**
         * Queues a copy of all the bytes, or of none if they do not fit; thread-safe.
         *
         * @return whether they were taken; always false after the end
         */
        boolean offer(ByteBuffer data);

        /** How many bytes fit now. */
        int room();

        /** Closes the stream once all that was queued is written. */
        void end();

        /** Closes the stream at once; what is queued is dropped. */
        @Override
        void close();
    }

    /** Hears how writing goes. */
    interface WriterListener {
        /** So many bytes more went into the stream and left the queue. */
        void consumed(int bytes);

        /** The last call, unless the writer was closed: after {@link Writer#end}, or with the failure, such as EPIPE. */
        void ended(Optional<KernelException> failure);
    }

    /** Begins to read. */
    Source read(String key, Fd fd, Sink sink);

    /** capacity: of the queue, in bytes. */
    Writer write(String key, Fd fd, int capacity, WriterListener listener);
}

package dev.felucca.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pipe between one writing and one reading thread that hands over whole arrays. The reader that gives up calls
 * {@link #close}, after which writes go nowhere; the writer that gives up calls {@link #fail}.
 */
final class ChunkQueue extends InputStream {
    /** An array and how many bytes of it count; -1 marks the end, which may be a failure. */
    private static final class Chunk {
        private final byte[] data;
        private final int length;
        private final @Nullable IOException failure;

        Chunk(byte[] data, int length, @Nullable IOException failure) {
            this.data = data;
            this.length = length;
            this.failure = failure;
        }
    }

    private static final Chunk END = new Chunk(new byte[0], -1, null);

    private final BlockingQueue<Chunk> queue;
    private volatile boolean closed;
    private Chunk current = new Chunk(new byte[0], 0, null);
    private int at;

    ChunkQueue(int chunks) {
        queue = new ArrayBlockingQueue<>(chunks);
    }

    /** Hands an array over; it must not change after. False if the reader does not want more. */
    boolean put(byte[] data, int length) throws IOException {
        return push(new Chunk(data, length, null));
    }

    void end() throws IOException {
        push(END);
    }

    /** Makes the reader's next read fail. */
    void fail(IOException why) throws IOException {
        push(new Chunk(new byte[0], -1, why));
    }

    private boolean push(Chunk chunk) throws IOException {
        try {
            if (!closed) {
                queue.put(chunk);
            }
            if (closed) {
                queue.clear();
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Waits until there is data; false at the end. */
    private boolean fill() throws IOException {
        while (current.length >= 0 && at == current.length) {
            try {
                current = queue.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
            at = 0;
        }
        IOException failure = current.failure;
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        return current.length >= 0;
    }

    @Override
    public int read() throws IOException {
        return fill() ? current.data[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] buffer, int off, int len) throws IOException {
        if (len == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(len, current.length - at);
        System.arraycopy(current.data, at, buffer, off, n);
        at += n;
        return n;
    }

    /** Waits for more, so that 0 means the end: GZIPInputStream asks this between the members of a file. */
    @Override
    public int available() throws IOException {
        return fill() ? current.length - at : 0;
    }

    @Override
    public void close() {
        closed = true;
        queue.clear();
    }
}

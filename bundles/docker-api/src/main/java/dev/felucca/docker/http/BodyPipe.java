package dev.felucca.docker.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request's body on its way from the event loop to the thread that reads it. The client is stopped while more than {@link
 * #CAPACITY} bytes wait; a client that sends nothing for a minute is given up.
 */
final class BodyPipe extends InputStream {
    static final int CAPACITY = 256 << 10;
    private static final long PATIENCE_SECONDS = 60;

    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
    private final Consumer<Boolean> reading;
    private int queued;
    private boolean stopped;
    private boolean complete;
    private boolean closed;
    private @Nullable String broken;

    /** @param reading told whether the client may send more */
    BodyPipe(Consumer<Boolean> reading) {
        this.reading = reading;
    }

    /** Takes a piece over. */
    synchronized void put(ByteBuf piece) {
        if (closed || !piece.isReadable()) {
            piece.release();
            return;
        }
        pieces.add(piece);
        queued += piece.readableBytes();
        if (queued > CAPACITY && !stopped) {
            stopped = true;
            reading.accept(false);
        }
        notifyAll();
    }

    synchronized void complete() {
        complete = true;
        notifyAll();
    }

    /** The rest does not come. */
    synchronized void breakOff(String why) {
        broken = why;
        notifyAll();
    }

    synchronized boolean isComplete() {
        return complete;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuf first = await();
        if (first == null) {
            return -1;
        }
        int n = Math.min(length, first.readableBytes());
        first.readBytes(to, offset, n);
        if (!first.isReadable()) {
            pieces.remove().release();
        }
        queued -= n;
        if (stopped && queued <= CAPACITY / 2) {
            stopped = false;
            reading.accept(true);
        }
        return n;
    }

    /** Null at the end. */
    private @Nullable ByteBuf await() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            ByteBuf first = pieces.peek();
            if (first != null) {
                return first;
            }
            if (broken != null) {
                throw new IOException(broken);
            }
            if (complete || closed) {
                return null;
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new IOException("the client sent nothing for " + PATIENCE_SECONDS + " seconds");
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while a client was slow");
            }
        }
    }

    /** Nobody reads on: what waits and what comes is dropped. */
    @Override
    public synchronized void close() {
        closed = true;
        pieces.forEach(ByteBuf::release);
        pieces.clear();
        queued = 0;
        if (stopped) {
            stopped = false;
            reading.accept(true);
        }
    }
}

package dev.felucca.shell.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The caller's standard input, filled by the connection's reader. The client may send only as much as it was allowed
 * to, so the reader never has to wait for the command, and control frames pass by.
 */
final class StdinStream extends InputStream {

    /** How much the client may send ahead of the command. */
    static final int WINDOW = 64 << 10;

    /** What a read with a limit of time returns when nothing came. */
    static final int EXPIRED = -2;

    /** Tells the client that it may send more. */
    interface Granter {
        void grant(int bytes) throws IOException;
    }

    private final Granter granter;
    private final ArrayDeque<ByteBuffer> chunks = new ArrayDeque<>();
    private final Set<Thread> cancelled = Collections.newSetFromMap(new WeakHashMap<>());
    private int granted;
    private int buffered;
    private boolean ended;
    private boolean closed;

    StdinStream(Granter granter) {
        this.granter = granter;
    }

    /** From the reader: more input. */
    synchronized void put(ByteBuffer data) throws ProtocolException {
        if (closed) return;
        if (ended) throw new ProtocolException("STDIN after STDIN_EOF");
        if (data.remaining() > granted)
            throw new ProtocolException("STDIN of " + data.remaining() + " bytes where " + granted + " are allowed");
        granted -= data.remaining();
        buffered += data.remaining();
        if (data.hasRemaining()) chunks.add(data);
        notifyAll();
    }

    /** From the reader: there is no more. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The command is over or the caller is gone: what is still under way is of no interest. */
    @Override
    public synchronized void close() {
        closed = true;
        end();
    }

    /** Ends the reads of this thread, now and later. An interrupt while it grants would close the channel. */
    synchronized void cancel(Thread reader) {
        cancelled.add(reader);
        notifyAll();
    }

    /** Lets a thread read again after {@link #cancel}. */
    synchronized void restore(Thread reader) {
        cancelled.remove(reader);
    }

    @Override
    public int read() throws IOException {
        return read(0);
    }

    /** Waits for one byte, at most so many milliseconds if more than 0; -1 at the end, {@link #EXPIRED} if none came in time. */
    int read(long millis) throws IOException {
        byte[] one = new byte[1];
        int n = read(one, 0, 1, millis);
        return n < 0 ? n : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        return length == 0 ? 0 : read(to, offset, length, 0);
    }

    private int read(byte[] to, int offset, int length, long millis) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        int grant;
        synchronized (this) {
            grant = chunks.isEmpty() ? allowance() : 0;
        }
        if (grant > 0) granter.grant(grant);
        int n;
        synchronized (this) {
            while (chunks.isEmpty() || cancelled.contains(Thread.currentThread())) {
                if (cancelled.contains(Thread.currentThread()))
                    throw new InterruptedIOException("the caller's input is no longer wanted here");
                if (ended) return -1;
                long left = millis > 0 ? (deadline - System.nanoTime() + 999_999) / 1_000_000 : 0;
                if (millis > 0 && left <= 0) return EXPIRED;
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while waiting for the caller's input");
                }
            }
            ByteBuffer first = chunks.element();
            n = Math.min(length, first.remaining());
            first.get(to, offset, n);
            if (!first.hasRemaining()) chunks.remove();
            buffered -= n;
            grant = allowance();
        }
        if (grant > 0) granter.grant(grant);
        return n;
    }

    /** What may be granted now: nothing until half the window is used up, so that grants are rare. */
    private int allowance() {
        int open = granted + buffered;
        if (ended || open >= WINDOW / 2) return 0;
        granted += WINDOW - open;
        return WINDOW - open;
    }

    @Override
    public synchronized int available() {
        return buffered;
    }
}

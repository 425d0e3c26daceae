package dev.felucca.door;

import dev.felucca.api.KernelException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * What goes to a process's standard input: a queue without bound before the pump's bounded one. When the process has closed its
 * end, what comes is dropped, and reported as taken, so that a sender with a window goes on to the end of its own input.
 */
final class InputQueue implements Pump.WriterListener {
    private static final int CAPACITY = 64 * 1024;

    /** Bytes on their way, and whom to tell of them. */
    private static final class Piece {
        final ByteBuffer data;
        final LongConsumer written;
        /** Given to the pump and not yet consumed. */
        int inFlight;

        Piece(ByteBuffer data, LongConsumer written) {
            this.data = data;
            this.written = written;
        }
    }

    private final Pump.Writer writer;
    private final Deque<Piece> waiting = new ArrayDeque<>();
    private final Deque<Piece> sent = new ArrayDeque<>();
    private boolean ending;
    private boolean ended;

    InputQueue(Pump pump, String key, Fd fd) {
        writer = pump.write(key, fd, CAPACITY, this);
    }

    void add(ByteBuffer data, LongConsumer written) {
        int length = data.remaining();
        synchronized (this) {
            if (!ended && !ending) {
                if (length > 0) {
                    waiting.add(new Piece(
                            ByteBuffer.allocate(length).put(data.duplicate()).flip(), written));
                    feed();
                }
                return;
            }
        }
        written.accept(length);
    }

    synchronized void end() {
        ending = true;
        feed();
    }

    void close() {
        writer.close();
        drop();
    }

    private void feed() {
        Piece piece = waiting.peek();
        while (piece != null && !ended) {
            int n = Math.min(writer.room(), piece.data.remaining());
            if (n == 0 || !writer.offer(piece.data.slice(piece.data.position(), n))) {
                return;
            }
            piece.data.position(piece.data.position() + n);
            if (piece.inFlight == 0) {
                sent.add(piece);
            }
            piece.inFlight += n;
            if (!piece.data.hasRemaining()) {
                waiting.remove();
            }
            piece = waiting.peek();
        }
        if (ending && !ended) {
            writer.end();
        }
    }

    @Override
    public void consumed(int bytes) {
        List<Runnable> news = new ArrayList<>();
        synchronized (this) {
            int left = bytes;
            while (left > 0 && !sent.isEmpty()) {
                Piece piece = sent.element();
                int n = Math.min(left, piece.inFlight);
                piece.inFlight -= n;
                left -= n;
                if (piece.inFlight == 0) {
                    sent.remove();
                }
                news.add(() -> piece.written.accept(n));
            }
            feed();
        }
        // Outside the lock: whoever is told may send more, under locks of its own.
        news.forEach(Runnable::run);
    }

    @Override
    public void ended(Optional<KernelException> failure) {
        // A failure is the process's own doing: it closed its end (EPIPE) or is gone.
        drop();
    }

    private void drop() {
        List<Runnable> news = new ArrayList<>();
        synchronized (this) {
            ended = true;
            for (Piece p : sent) {
                int n = p.inFlight;
                news.add(() -> p.written.accept(n));
            }
            for (Piece p : waiting) {
                int n = p.data.remaining();
                news.add(() -> p.written.accept(n));
            }
            sent.clear();
            waiting.clear();
        }
        news.forEach(Runnable::run);
    }
}

package dev.felucca.shell.command;

import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Output on its way from the engine's pump, which must never wait, to a caller that may be slow. A stream that has more than
 * {@link #CAPACITY} bytes queued is paused until half of them are written; nothing is lost.
 */
final class OutputQueue implements OutputSink {
    static final int CAPACITY = 256 << 10;

    private record Piece(StreamKind stream, ByteBuffer bytes) {}

    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private final Set<StreamKind> open;
    private final Set<StreamKind> shown;
    private final Set<StreamKind> paused = EnumSet.noneOf(StreamKind.class);
    private final Map<StreamKind, Integer> queued = new EnumMap<>(StreamKind.class);
    private boolean closed;

    /**
     * @param tty whether the process has a terminal, and so only one output stream
     * @param shown the streams to pass on; the others are read and dropped
     */
    OutputQueue(boolean tty, Set<StreamKind> shown) {
        this.open = tty ? EnumSet.of(StreamKind.STDOUT) : EnumSet.of(StreamKind.STDOUT, StreamKind.STDERR);
        this.shown = shown;
    }

    @Override
    public synchronized boolean output(StreamKind stream, ByteBuffer data) {
        if (closed || !shown.contains(stream) || !data.hasRemaining()) {
            data.position(data.limit());
            return true;
        }
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        pieces.add(new Piece(stream, ByteBuffer.wrap(bytes)));
        int now = queued.merge(stream, bytes.length, Integer::sum);
        notifyAll();
        if (now < CAPACITY) return true;
        paused.add(stream);
        return false;
    }

    @Override
    public synchronized void end(StreamKind stream) {
        open.remove(stream);
        notifyAll();
    }

    /** Nobody takes the output any more: what is queued and what comes is dropped, and {@link #drain} returns. */
    synchronized void close() {
        closed = true;
        pieces.clear();
        open.clear();
        notifyAll();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Passes output on until all streams have ended or the queue is closed.
     *
     * @param resume called for a stream that was paused and may go on
     */
    void drain(OutputStream out, OutputStream err, Consumer<StreamKind> resume)
            throws IOException, InterruptedException {
        Piece piece;
        while ((piece = next()) != null) {
            OutputStream to = piece.stream() == StreamKind.STDERR ? err : out;
            to.write(piece.bytes().array());
            to.flush();
            if (written(piece)) resume.accept(piece.stream());
        }
    }

    private synchronized @Nullable Piece next() throws InterruptedException {
        while (pieces.isEmpty() && !open.isEmpty()) wait();
        return pieces.poll();
    }

    /** Whether the stream was paused and may go on. */
    private synchronized boolean written(Piece piece) {
        int left = queued.merge(piece.stream(), -piece.bytes().capacity(), Integer::sum);
        return left <= CAPACITY / 2 && paused.remove(piece.stream());
    }
}

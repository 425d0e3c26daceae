package dev.felucca.door.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream in a thread of its own, a few pieces ahead of the reader, so that decompression and checksums run while
 * the reader makes files. What the source throws, the reader gets at the same place of the stream. One reader only.
 */
final class ReadAhead extends InputStream {
    private static final int PIECE = 512 * 1024;
    private static final int PIECES = 8;

    /** A piece of the stream; or with a failure, or without bytes, its end. */
    private static final class Piece {
        final byte[] bytes;
        final int length;
        final @Nullable Throwable failure;

        Piece(byte[] bytes, int length, @Nullable Throwable failure) {
            this.bytes = bytes;
            this.length = length;
            this.failure = failure;
        }
    }

    private final InputStream source;
    private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(PIECES + 1);
    private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(PIECES);
    private final Thread thread;
    private volatile boolean closed;
    private Piece piece = new Piece(new byte[0], 0, null);
    private int at;
    private boolean ended;

    ReadAhead(InputStream source) {
        this.source = source;
        for (int i = 0; i < PIECES; i++) {
            empty.add(new byte[PIECE]);
        }
        thread = new Thread(null, this::fill, "felucca-layer-reader", 256 * 1024);
        thread.setDaemon(true);
        thread.start();
    }

    private void fill() {
        Throwable failure = null;
        try {
            boolean more = true;
            while (more && !closed) {
                byte[] b = empty.take();
                int n = source.readNBytes(b, 0, PIECE);
                more = n == PIECE;
                if (n > 0) {
                    full.put(new Piece(b, n, null));
                }
            }
        } catch (InterruptedException e) {
            failure = new IOException("reading the layer was given up", e);
        } catch (Throwable e) {
            failure = e; // carried to the reader, whoever it is for
        }
        // There is room: the queue holds one piece more than there are buffers.
        full.add(new Piece(new byte[0], 0, failure));
    }

    /** Makes the next piece current; false at the end. */
    private boolean advance() throws IOException {
        while (at == piece.length) {
            if (ended) {
                return false;
            }
            if (piece.bytes.length == PIECE) {
                empty.add(piece.bytes);
            }
            try {
                piece = full.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("reading the layer was interrupted", e);
            }
            at = 0;
            ended = piece.length == 0;
            throwFailure(piece.failure);
        }
        return true;
    }

    private static void throwFailure(@Nullable Throwable failure) throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        return advance() ? piece.bytes[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        if (len == 0) {
            return 0;
        }
        if (!advance()) {
            return -1;
        }
        int n = Math.min(len, piece.length - at);
        System.arraycopy(piece.bytes, at, b, off, n);
        at += n;
        return n;
    }

    /** Stops the thread, waits for it and closes the source. */
    @Override
    public void close() throws IOException {
        closed = true;
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        source.close();
    }
}

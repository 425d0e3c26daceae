package dev.felucca.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A response's body that is read as it comes, a few buffers ahead. A read fails when nothing has come for the given time. */
final class TimedBody extends InputStream implements HttpResponse.BodySubscriber<InputStream> {
    private static final int AHEAD = 8;

    /** What comes next: buffers, the end, or why there is no more. */
    private record Part(List<ByteBuffer> buffers, boolean last, @Nullable Throwable failure) {}

    private final Duration patience;
    private final BlockingQueue<Part> queue = new LinkedBlockingQueue<>();
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean closed;
    private final ArrayDeque<ByteBuffer> current = new ArrayDeque<>();
    private @Nullable Part last;

    TimedBody(Duration patience) {
        this.patience = patience;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription s) {
        subscription = s;
        if (closed) {
            s.cancel();
        } else {
            s.request(AHEAD);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        queue.add(new Part(item, false, null));
    }

    @Override
    public void onError(Throwable failure) {
        queue.add(new Part(List.of(), true, failure));
    }

    @Override
    public void onComplete() {
        queue.add(new Part(List.of(), true, null));
    }

    /** The next buffer with something in it; null at the end. */
    private @Nullable ByteBuffer next() throws IOException {
        while (current.isEmpty() || !current.getFirst().hasRemaining()) {
            if (!current.isEmpty()) {
                current.removeFirst();
                continue;
            }
            Part end = last;
            if (end != null) {
                Throwable failure = end.failure();
                if (failure != null) {
                    throw new IOException(failure.getMessage(), failure);
                }
                return null;
            }
            Part part = take();
            if (part.last()) {
                last = part;
            } else {
                current.addAll(part.buffers());
                Flow.Subscription s = subscription;
                if (s != null) {
                    s.request(1);
                }
            }
        }
        return current.getFirst();
    }

    private Part take() throws IOException {
        try {
            Part part = queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (part == null) {
                close();
                throw new SocketTimeoutException("nothing came for " + patience.toSeconds() + " s");
            }
            return part;
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public int read() throws IOException {
        ByteBuffer b = next();
        return b == null ? -1 : b.get() & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer b = next();
        if (b == null) {
            return -1;
        }
        int n = Math.min(length, b.remaining());
        b.get(to, offset, n);
        return n;
    }

    /** Gives the rest up. */
    @Override
    public void close() {
        closed = true;
        Flow.Subscription s = subscription;
        if (s != null) {
            s.cancel();
        }
    }
}

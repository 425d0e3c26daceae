package dev.felucca.docker.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, as it comes. Thread-safe; pieces go out in the order of the calls. After the client has gone, what is
 * written is dropped.
 */
public final class ResponseStream {
    private final Connection connection;
    private final Exchange exchange;
    private final Channel channel;
    private volatile @Nullable Runnable onWritable;
    private boolean ended; // guarded by this

    ResponseStream(Connection connection, Exchange exchange, Channel channel) {
        this.connection = connection;
        this.exchange = exchange;
        this.channel = channel;
    }

    /** @return whether the client keeps up; if not, the caller may wait for {@link #onWritable} */
    public boolean write(byte[] bytes) {
        return write(Unpooled.wrappedBuffer(bytes));
    }

    public boolean write(ByteBuf bytes) {
        synchronized (this) {
            if (ended) {
                bytes.release();
                return true;
            }
            Answers.send(channel, new DefaultHttpContent(bytes));
        }
        return channel.isWritable();
    }

    public boolean isWritable() {
        return channel.isWritable() || !channel.isActive();
    }

    /** What to do, on the event loop, each time the client has caught up. */
    public void onWritable(Runnable action) {
        onWritable = action;
    }

    void writable() {
        Runnable action = onWritable;
        if (action != null) {
            action.run();
        }
        synchronized (this) {
            notifyAll();
        }
    }

    /** The body is complete. */
    public void end() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            notifyAll();
            Answers.send(channel, LastHttpContent.EMPTY_LAST_CONTENT);
        }
        connection.finished(exchange);
    }

    /** The body cannot be completed: the connection is broken off, so that the client does not take it for whole. */
    public void abort(String why) {
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        connection.abort(exchange, why);
    }

    /** Writes as the client takes it: blocks while it does not, and throws when it has gone. Closing it ends the body. */
    public OutputStream blocking() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] b, int offset, int length) throws IOException {
                ByteBuf copy = channel.alloc().buffer(length).writeBytes(b, offset, length);
                if (!ResponseStream.this.write(copy)) {
                    awaitWritable();
                }
                if (!channel.isActive()) {
                    throw new IOException("the client is gone");
                }
            }

            @Override
            public void close() {
                end();
            }
        };
    }

    public ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /** Blocks while the client is behind; what is written after it has gone is dropped. */
    public void writeAndWait(ByteBuf bytes) {
        if (!write(bytes)) {
            try {
                awaitWritable();
            } catch (IOException e) {
                abort("interrupted while a client was slow");
            }
        }
    }

    private synchronized void awaitWritable() throws IOException {
        try {
            while (!isWritable() && !ended) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a client was slow");
        }
    }

    /** The client is gone. */
    synchronized void closed() {
        ended = true;
        notifyAll();
    }
}

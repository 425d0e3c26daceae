package dev.felucca.docker.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** A connection that belongs to a handler: bytes both ways, each way ends for itself. Thread-safe. */
public final class Hijack {
    private final Channel channel;
    private @Nullable Input input; // on the event loop
    private @Nullable ByteBuf early; // on the event loop
    private boolean inputEnded; // on the event loop
    private volatile @Nullable Runnable onWritable;

    Hijack(Channel channel) {
        this.channel = channel;
    }

    /** Takes what the client sends; called on the event loop, must not block. */
    public interface Input {
        /** Some bytes, valid during the call. */
        void data(ByteBuf bytes);

        /** The client sends no more, and may still read. */
        void inputEnd();
    }

    /** Input is given to who takes it from now on. */
    public void begin(Input taker) {
        channel.eventLoop().execute(() -> {
            input = taker;
            ByteBuf kept = early;
            early = null;
            if (kept != null) {
                taker.data(kept);
                kept.release();
            }
            if (inputEnded) {
                taker.inputEnd();
            }
            channel.config().setAutoRead(true);
        });
    }

    /** On the event loop. */
    void received(ByteBuf bytes) {
        Input taker = input;
        if (taker != null) {
            taker.data(bytes);
            bytes.release();
        } else if (early == null) {
            early = bytes;
        } else {
            early = Unpooled.wrappedBuffer(early, bytes);
        }
    }

    /** On the event loop. */
    void receivedEnd() {
        inputEnded = true;
        Input taker = input;
        if (taker != null) {
            taker.inputEnd();
        }
    }

    /** Frees what nobody took; on the event loop. */
    void closed() {
        ByteBuf kept = early;
        early = null;
        if (kept != null) {
            kept.release();
        }
    }

    /** Whether more input is taken from the client; back-pressure. */
    public void reading(boolean on) {
        channel.config().setAutoRead(on);
    }

    public ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /** @return whether the client keeps up; if not, the caller may wait for {@link #onWritable} */
    public boolean write(ByteBuf bytes) {
        Answers.send(channel, bytes);
        return channel.isWritable();
    }

    public boolean isWritable() {
        return channel.isWritable();
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
    }

    /** Closes the connection when all that was written is sent. */
    public void close() {
        Answers.closeAfterAll(channel);
    }
}

package dev.felucca.docker.route;

import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.container.DetachKeys;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.docker.http.Hijack;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A client whose connection is joined to a program's streams. Output goes out as it comes; a client that does not read pauses the
 * program. Input goes in no faster than the program takes it.
 */
final class Joined implements OutputSink, Hijack.Input {
    /** How many bytes of input may be on their way to the program. */
    private static final int WINDOW = 64 << 10;

    private final Hijack connection;
    private final boolean tty;
    private final Set<StreamKind> shown;
    private final boolean stdin;
    private final @Nullable DetachKeys keys;
    private final Runnable onDetach;
    private final boolean closesItself;
    private final Set<StreamKind> open;
    private final Set<StreamKind> paused = EnumSet.noneOf(StreamKind.class); // guarded by this
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile @Nullable Attachment attachment;
    private long underWay; // guarded by this

    /**
     * @param shown the output to pass on
     * @param keys that leave; null for none
     * @param closesItself whether the end of all output closes the connection; else {@link #end()} does
     */
    Joined(
            Hijack connection,
            boolean tty,
            Set<StreamKind> shown,
            boolean stdin,
            @Nullable DetachKeys keys,
            Runnable onDetach,
            boolean closesItself) {
        this.connection = connection;
        this.tty = tty;
        this.shown = shown;
        this.stdin = stdin;
        this.keys = keys;
        this.onDetach = onDetach;
        this.closesItself = closesItself;
        connection.onWritable(this::caughtUp);
        this.open = tty ? EnumSet.of(StreamKind.STDOUT) : EnumSet.of(StreamKind.STDOUT, StreamKind.STDERR);
    }

    /** The streams are joined; from here on input is taken. */
    void begin(Attachment joined) {
        attachment = joined;
        connection.begin(this);
        caughtUp();
        if (over.get()) {
            joined.close();
        }
    }

    @Override
    public boolean output(StreamKind stream, ByteBuffer data) {
        if (over.get() || !shown.contains(stream) || !data.hasRemaining()) {
            data.position(data.limit());
            return true;
        }
        ByteBuf bytes =
                tty ? StdCopy.raw(connection.allocator(), data) : StdCopy.frame(connection.allocator(), stream, data);
        if (connection.write(bytes)) {
            return true;
        }
        synchronized (this) {
            paused.add(stream);
        }
        if (connection.isWritable()) {
            caughtUp();
        }
        return false;
    }

    /** A message of the engine's own, as if the program had written it. */
    void tell(ByteBuffer message) {
        output(shown.contains(StreamKind.STDERR) && !tty ? StreamKind.STDERR : StreamKind.STDOUT, message);
    }

    private void caughtUp() {
        synchronized (this) {
            notifyAll();
        }
        Attachment joined = attachment;
        if (joined == null) {
            return;
        }
        Set<StreamKind> resumed;
        synchronized (this) {
            resumed = EnumSet.copyOf(paused);
            paused.clear();
        }
        resumed.forEach(joined::resume);
    }

    @Override
    public void end(StreamKind stream) {
        boolean all;
        synchronized (this) {
            open.remove(stream);
            all = open.isEmpty();
        }
        if (all && closesItself) {
            end();
        }
    }

    /** The program has ended: the connection is closed when all is sent. */
    void end() {
        if (over.compareAndSet(false, true)) {
            connection.close();
        }
    }

    /** Waits until the client has caught up, or is gone. */
    synchronized void awaitWritable() {
        try {
            while (!connection.isWritable() && !over.get()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The client has gone. */
    void gone() {
        over.set(true);
        synchronized (this) {
            notifyAll();
        }
        Attachment joined = attachment;
        if (joined != null) {
            joined.close();
        }
    }

    @Override
    public void data(ByteBuf bytes) {
        Attachment joined = attachment;
        if (!stdin || joined == null) {
            return;
        }
        byte[] typed = new byte[bytes.readableBytes()];
        bytes.readBytes(typed);
        ByteBuffer send = ByteBuffer.wrap(typed);
        if (keys != null) {
            DetachKeys.Found found = keys.scan(typed, typed.length);
            send = found.send();
            if (found.detach()) {
                onDetach.run();
                joined.close();
                end();
                return;
            }
        }
        if (!send.hasRemaining()) {
            return;
        }
        synchronized (this) {
            underWay += send.remaining();
            if (underWay > WINDOW) {
                connection.reading(false);
            }
        }
        joined.stdin(send, this::written);
    }

    private synchronized void written(long bytes) {
        boolean stopped = underWay > WINDOW;
        underWay -= bytes;
        if (stopped && underWay <= WINDOW) {
            connection.reading(true);
        }
    }

    /** The end of a client's input; without stdin it means nothing. */
    @Override
    public void inputEnd() {
        Attachment joined = attachment;
        if (stdin && joined != null) {
            joined.closeStdin();
        }
    }
}

package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.container.DetachKeys;
import dev.felucca.shell.terminal.ShellTerminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries a caller's standard input to a container on a thread of its own, no faster than the container takes it. */
final class StdinFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StdinFeed.class);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** How many bytes may be on their way to the process. */
    static final int WINDOW = 64 << 10;

    private final ShellTerminal terminal;
    private final Attachment attachment;
    private final @Nullable DetachKeys keys;
    private final Runnable onDetach;
    private final Thread thread;
    private long underWay;
    private boolean closed;

    /** @param keys null if no keys detach */
    StdinFeed(ShellTerminal terminal, Attachment attachment, @Nullable DetachKeys keys, Runnable onDetach) {
        this.terminal = terminal;
        this.attachment = attachment;
        this.keys = keys;
        this.onDetach = onDetach;
        this.thread = new Thread(this::run, "shell-stdin-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        InputStream in = terminal.stdin();
        try {
            byte[] buffer = new byte[WINDOW / 2];
            int n;
            while ((n = in.read(buffer)) >= 0) {
                ByteBuffer send = ByteBuffer.wrap(buffer, 0, n);
                boolean detach = false;
                if (keys != null) {
                    DetachKeys.Found found = keys.scan(buffer, n);
                    send = found.send();
                    detach = found.detach();
                }
                if (send.hasRemaining()) send(send);
                if (detach) {
                    onDetach.run();
                    return;
                }
            }
            attachment.closeStdin();
        } catch (InterruptedIOException | InterruptedException e) {
            log.trace("The feed of standard input was stopped", e);
        } catch (IOException | EngineException e) {
            log.debug("The feed of standard input ended", e);
        }
    }

    private void send(ByteBuffer data) throws InterruptedException {
        synchronized (this) {
            while (!closed && underWay > 0 && underWay + data.remaining() > WINDOW) wait();
            if (closed) throw new InterruptedException("the feed was closed");
            underWay += data.remaining();
        }
        attachment.stdin(data, this::written);
    }

    private synchronized void written(long bytes) {
        underWay -= bytes;
        notifyAll();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        terminal.cancelReads(thread);
    }
}

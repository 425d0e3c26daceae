package dev.felucca.shell.command;

import dev.felucca.api.container.ContainerStreams;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One container's streams, played by the test. */
final class FakeStreams implements ContainerStreams {
    final CompletableFuture<OutputSink> sink = new CompletableFuture<>();
    final ByteArrayOutputStream stdin = new ByteArrayOutputStream();
    final CountDownLatch stdinClosed = new CountDownLatch(1);
    final CountDownLatch left = new CountDownLatch(1);
    final LinkedBlockingQueue<StreamKind> resumed = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> resizes = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<Runnable> unread = new LinkedBlockingQueue<>();
    boolean readsStdin = true;
    volatile boolean attachedStdin;

    void output(StreamKind stream, String text) {
        sink.join().output(stream, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    void end() {
        sink.join().end(StreamKind.STDOUT);
        sink.join().end(StreamKind.STDERR);
    }

    @Override
    public Attachment attach(String container, boolean wantsStdin, OutputSink to) {
        attachedStdin = wantsStdin;
        sink.complete(to);
        return new Attachment() {
            @Override
            public void stdin(ByteBuffer data, LongConsumer written) {
                byte[] bytes = new byte[data.remaining()];
                data.get(bytes);
                stdin.writeBytes(bytes);
                if (readsStdin) written.accept(bytes.length);
                else unread.add(() -> written.accept(bytes.length));
            }

            @Override
            public void closeStdin() {
                stdinClosed.countDown();
            }

            @Override
            public void resize(int rows, int columns) {
                resizes.add(rows + "x" + columns);
            }

            @Override
            public void resume(StreamKind stream) {
                resumed.add(stream);
            }

            @Override
            public void close() {
                left.countDown();
            }
        };
    }

    @Nullable
    LogOptions asked;

    @Nullable
    LogScript script;

    /** What the log says. */
    interface LogScript {
        void play(LogSink sink);
    }

    @Override
    public void resize(String container, int rows, int columns) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LogReading logs(String container, LogOptions options, LogSink to) {
        asked = options;
        Objects.requireNonNull(script).play(to);
        return () -> left.countDown();
    }
}

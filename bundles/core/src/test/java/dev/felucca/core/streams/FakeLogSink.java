package dev.felucca.core.streams;

import dev.felucca.api.container.ContainerStreams.LogSink;
import dev.felucca.api.exec.StreamKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A reader of the log that writes down what it hears. */
final class FakeLogSink implements LogSink {
    final StringBuilder text = new StringBuilder();
    final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    @Override
    public void entry(Instant time, StreamKind stream, byte[] line) {
        String s = new String(line, StandardCharsets.UTF_8);
        text.append(stream == StreamKind.STDERR ? "!" : "").append(s);
        lines.add(s);
    }

    @Override
    public void end(@Nullable Throwable failure) {
        boolean first = failure == null ? end.complete(text.toString()) : end.completeExceptionally(failure);
        if (!first) {
            throw new AssertionError("a second end");
        }
    }

    boolean ended() {
        return end.isDone();
    }

    /** All the text, once the reading is at its end. */
    String all() throws Exception {
        return end.get(10, TimeUnit.SECONDS);
    }

    String next() throws InterruptedException {
        String line = lines.poll(10, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("no line within 10 s after " + text);
        }
        return line;
    }
}

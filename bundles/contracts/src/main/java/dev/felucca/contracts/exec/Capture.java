package dev.felucca.contracts.exec;

import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Keeps what a process puts out, and lets a test wait for text or for the end. */
final class Capture implements OutputSink {
    private final Map<StreamKind, ByteArrayOutputStream> bytes = new EnumMap<>(StreamKind.class);
    private final Set<StreamKind> ended = EnumSet.noneOf(StreamKind.class);

    @Override
    public synchronized boolean output(StreamKind stream, ByteBuffer data) {
        byte[] piece = new byte[data.remaining()];
        data.get(piece);
        bytes.computeIfAbsent(stream, s -> new ByteArrayOutputStream()).writeBytes(piece);
        notifyAll();
        return true;
    }

    @Override
    public synchronized void end(StreamKind stream) {
        if (!ended.add(stream)) {
            throw new IllegalStateException(stream + " ended twice");
        }
        notifyAll();
    }

    synchronized byte[] bytes(StreamKind stream) {
        ByteArrayOutputStream b = bytes.get(stream);
        return b == null ? new byte[0] : b.toByteArray();
    }

    String text(StreamKind stream) {
        return new String(bytes(stream), StandardCharsets.UTF_8);
    }

    String out() {
        return text(StreamKind.STDOUT);
    }

    String err() {
        return text(StreamKind.STDERR);
    }

    /** Waits until the standard output holds the text. */
    synchronized void await(String text) {
        await(() -> out().contains(text), "\"" + text + "\"");
    }

    /** Waits for the ends of so many streams. */
    synchronized void awaitEnds(int streams) {
        await(() -> ended.size() >= streams, "the end of " + streams + " streams");
    }

    private void await(java.util.function.BooleanSupplier done, String what) {
        long limit = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!done.getAsBoolean()) {
            long left = (limit - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("waited in vain for " + what + "; there is: " + out() + err());
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + what, e);
            }
        }
    }
}

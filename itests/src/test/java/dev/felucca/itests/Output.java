package dev.felucca.itests;

import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Collects a container's output. */
final class Output implements OutputSink {
    private final Map<StreamKind, ByteArrayOutputStream> bytes = new EnumMap<>(StreamKind.class);
    private final Set<StreamKind> ended = EnumSet.noneOf(StreamKind.class);

    @Override
    public synchronized boolean output(StreamKind stream, ByteBuffer data) {
        byte[] copy = new byte[data.remaining()];
        data.get(copy);
        bytes.computeIfAbsent(stream, s -> new ByteArrayOutputStream()).writeBytes(copy);
        notifyAll();
        return true;
    }

    @Override
    public synchronized void end(StreamKind stream) {
        ended.add(stream);
        notifyAll();
    }

    synchronized String text(StreamKind stream) {
        ByteArrayOutputStream got = bytes.get(stream);
        return got == null ? "" : got.toString(StandardCharsets.UTF_8);
    }

    synchronized int size(StreamKind stream) {
        ByteArrayOutputStream got = bytes.get(stream);
        return got == null ? 0 : got.size();
    }

    String out() {
        return text(StreamKind.STDOUT);
    }

    String err() {
        return text(StreamKind.STDERR);
    }

    /** Waits until standard output is as wanted. */
    Output await(Predicate<String> wanted) throws InterruptedException {
        return awaitThat(() -> wanted.test(out()));
    }

    /** Waits for the end of the streams. */
    Output awaitEnd(StreamKind... streams) throws InterruptedException {
        return awaitThat(() -> ended.containsAll(Set.of(streams)));
    }

    private synchronized Output awaitThat(java.util.function.BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Felucca.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError(
                        "waited in vain; ended: " + ended + ", stdout: " + out() + ", stderr: " + err());
            }
            wait(left);
        }
        return this;
    }
}

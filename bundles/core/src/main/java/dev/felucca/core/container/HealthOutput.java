package dev.felucca.core.container;

import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keeps the beginning of what a health check writes, in the order in which it comes. Thread-safe. */
final class HealthOutput implements OutputSink {
    private static final int LIMIT = 4096;

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean more; // guarded by this

    @Override
    public synchronized boolean output(StreamKind stream, ByteBuffer data) {
        int n = Math.min(data.remaining(), LIMIT - kept.size());
        byte[] bytes = new byte[n];
        data.get(bytes);
        kept.writeBytes(bytes);
        more |= data.hasRemaining();
        data.position(data.limit());
        return true;
    }

    @Override
    public void end(StreamKind stream) {}

    synchronized String text() {
        return kept.toString(StandardCharsets.UTF_8) + (more ? "..." : "");
    }
}

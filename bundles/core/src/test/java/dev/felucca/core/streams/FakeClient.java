package dev.felucca.core.streams;

import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that writes down what it hears; an end is [STREAM]. */
final class FakeClient implements OutputSink {
    final StringBuilder heard = new StringBuilder();
    boolean slow;

    @Override
    public boolean output(StreamKind stream, ByteBuffer data) {
        if (stream == StreamKind.STDERR) {
            heard.append("!");
        }
        heard.append(StandardCharsets.UTF_8.decode(data));
        return !slow;
    }

    @Override
    public void end(StreamKind stream) {
        heard.append("[").append(stream).append("]");
    }

    @Override
    public String toString() {
        return heard.toString();
    }
}

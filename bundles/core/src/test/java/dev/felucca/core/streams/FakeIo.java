package dev.felucca.core.streams;

import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.ProcessIo;
import dev.felucca.api.exec.StreamKind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The io of a program that the test plays. */
final class FakeIo implements ProcessIo {
    @Nullable
    OutputSink sink;

    final ByteArrayOutputStream stdin = new ByteArrayOutputStream();
    final List<String> calls = new ArrayList<>();
    final Set<StreamKind> open;
    boolean stdinClosed;

    FakeIo(StreamKind... streams) {
        open = EnumSet.copyOf(List.of(streams));
    }

    static FakeIo pipes() {
        return new FakeIo(StreamKind.STDOUT, StreamKind.STDERR);
    }

    private OutputSink sink() {
        OutputSink s = sink;
        if (s == null) {
            throw new AssertionError("the hub did not begin");
        }
        return s;
    }

    boolean out(String text) {
        return out(StreamKind.STDOUT, text.getBytes(StandardCharsets.UTF_8));
    }

    boolean out(StreamKind stream, byte[] bytes) {
        byte[] copy = bytes.clone();
        boolean more = sink().output(stream, ByteBuffer.wrap(copy));
        // The memory is only valid during the call.
        java.util.Arrays.fill(copy, (byte) '#');
        return more;
    }

    void end(StreamKind stream) {
        if (open.remove(stream)) {
            sink().end(stream);
        }
    }

    void endAll() {
        end(StreamKind.STDOUT);
        end(StreamKind.STDERR);
    }

    @Override
    public void begin(OutputSink to) {
        sink = to;
    }

    @Override
    public void resume(StreamKind stream) {
        calls.add("resume " + stream);
    }

    @Override
    public void stdin(ByteBuffer data, LongConsumer written) {
        int n = data.remaining();
        byte[] b = new byte[n];
        data.get(b);
        stdin.writeBytes(b);
        written.accept(n);
    }

    @Override
    public void closeStdin() {
        stdinClosed = true;
        calls.add("closeStdin after " + stdin.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void resize(int rows, int columns) {
        calls.add("resize " + rows + "x" + columns);
    }

    @Override
    public void close() {
        endAll();
    }
}

package dev.felucca.docker.route;

import dev.felucca.api.container.ContainerStreams.LogSink;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.docker.http.Failures;
import dev.felucca.docker.http.ResponseStream;
import dev.felucca.json.ApiJson;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A container's log to a client. The reading waits while the client is slow. */
final class LogWriter implements LogSink {
    private final ResponseStream out;
    private final boolean tty;
    private final Set<StreamKind> shown;
    private final boolean times;
    private final boolean details;
    private final Set<StreamKind> inLine = EnumSet.noneOf(StreamKind.class);

    LogWriter(ResponseStream out, boolean tty, Set<StreamKind> shown, boolean times, boolean details) {
        this.out = out;
        this.tty = tty;
        this.shown = shown;
        this.times = times;
        this.details = details;
    }

    @Override
    public void entry(Instant time, StreamKind stream, byte[] line) {
        if (!shown.contains(stream) || line.length == 0) {
            return;
        }
        byte[] prefix = new byte[0];
        // a piece of a long line gets no time of its own
        if (!inLine.contains(stream)) {
            // no log option adds details, and docker writes a space for none
            prefix = ((times ? ApiJson.nineDigits(time) + " " : "") + (details ? " " : ""))
                    .getBytes(StandardCharsets.US_ASCII);
        }
        if (line[line.length - 1] == '\n') {
            inLine.remove(stream);
        } else {
            inLine.add(stream);
        }
        ByteBuffer whole = ByteBuffer.allocate(prefix.length + line.length)
                .put(prefix)
                .put(line)
                .flip();
        out.writeAndWait(tty ? Unpooled.wrappedBuffer(whole) : StdCopy.frame(out.allocator(), stream, whole));
    }

    @Override
    public void end(@Nullable Throwable failure) {
        if (failure == null) {
            out.end();
        } else {
            out.abort(Failures.message(Failures.cause(failure)));
        }
    }
}

package dev.felucca.docker.route;

import dev.felucca.api.container.ContainerStreams.LogSink;
import dev.felucca.api.exec.StreamKind;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was logged, sent before the live streams to who attaches. */
final class LogReplay implements LogSink {
    private static final Logger log = LoggerFactory.getLogger(LogReplay.class);

    private final Joined to;
    private final Runnable then;

    /** @param then what follows the end of the log */
    LogReplay(Joined to, Runnable then) {
        this.to = to;
        this.then = then;
    }

    @Override
    public void entry(Instant time, StreamKind stream, byte[] line) {
        if (!to.output(stream, ByteBuffer.wrap(line))) {
            to.awaitWritable();
        }
    }

    @Override
    public void end(@Nullable Throwable failure) {
        if (failure != null) {
            log.warn("a log could not be replayed", failure);
            to.end();
            return;
        }
        then.run();
    }
}

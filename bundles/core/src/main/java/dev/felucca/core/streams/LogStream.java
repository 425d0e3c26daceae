package dev.felucca.core.streams;

import dev.felucca.api.exec.StreamKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One stream of one run on its way into the log. Used under the {@link LogFile}'s lock only. */
final class LogStream {
    final StreamKind kind;
    final LineSplitter splitter = new LineSplitter();
    /** The tail of the pieces of the line that is being written in pieces: they all have its first one's time. */
    private byte @Nullable [] ofPieces;

    LogStream(StreamKind kind) {
        this.kind = kind;
    }

    byte[] tail(Instant now) {
        return JsonFileEncoder.tail(kind, now);
    }

    /** The tail for the next entry. */
    byte[] choose(byte[] now, boolean complete) {
        byte[] tail = ofPieces == null ? now : ofPieces;
        ofPieces = complete ? null : tail;
        return tail;
    }
}

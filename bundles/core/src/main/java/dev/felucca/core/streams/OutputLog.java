package dev.felucca.core.streams;

import dev.felucca.api.exec.StreamKind;
import java.nio.ByteBuffer;

/** Where the output of one run is kept. Called in the order of each stream. */
interface OutputLog {
    /** Of output that nobody keeps, or that the execution backend keeps itself. */
    OutputLog NONE = new OutputLog() {
        @Override
        public void begin() {}

        @Override
        public void append(StreamKind stream, ByteBuffer data) {}

        @Override
        public void end(StreamKind stream) {}

        @Override
        public void finish() {}
    };

    void begin();

    void append(StreamKind stream, ByteBuffer data);

    void end(StreamKind stream);

    void finish();

    /** The log that core writes. */
    static OutputLog into(LogFile log) {
        LogStream out = new LogStream(StreamKind.STDOUT);
        LogStream err = new LogStream(StreamKind.STDERR);
        return new OutputLog() {
            @Override
            public void begin() {
                log.runBegins();
            }

            @Override
            public void append(StreamKind stream, ByteBuffer data) {
                log.append(stream == StreamKind.STDERR ? err : out, data);
            }

            @Override
            public void end(StreamKind stream) {
                log.end(stream == StreamKind.STDERR ? err : out);
            }

            @Override
            public void finish() {
                log.runEnds();
            }
        };
    }
}

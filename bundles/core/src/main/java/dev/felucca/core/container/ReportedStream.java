package dev.felucca.core.container;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells from time to time how many bytes have been read. */
final class ReportedStream extends FilterInputStream {
    /** Bytes between two reports. */
    private static final long STEP = 4L << 20;

    private final LongConsumer report;
    private long read;
    private long reported;

    ReportedStream(InputStream in, LongConsumer report) {
        super(in);
        this.report = report;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int n = in.read(to, offset, length);
        if (n > 0) {
            read += n;
        }
        if (read - reported >= STEP) {
            reported = read;
            report.accept(read);
        }
        return n;
    }
}

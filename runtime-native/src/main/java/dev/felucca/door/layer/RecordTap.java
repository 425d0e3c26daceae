package dev.felucca.door.layer;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Keeps the raw records that the tar reader consumes while it looks for the next entry. commons-compress decodes all PAX
 * values as UTF-8, which destroys binary ones (a file capability is a struct), so they are read again from here.
 */
final class RecordTap extends FilterInputStream {
    static final int RECORD = 512;
    /** Far more than names and attributes need; a guard against headers that would fill the memory. */
    private static final int LIMIT = 4 << 20;

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(4 * RECORD);
    private long position;
    private long keepFrom = Long.MAX_VALUE;

    RecordTap(InputStream in) {
        super(in);
    }

    /** Starts to keep at the next record border. */
    void start() {
        kept.reset();
        keepFrom = (position + RECORD - 1) / RECORD * RECORD;
    }

    /** Ends it; what was kept. */
    byte[] stop() {
        keepFrom = Long.MAX_VALUE;
        return kept.toByteArray();
    }

    long position() {
        return position;
    }

    private void took(byte[] b, int off, int n) throws IOException {
        if (position + n > keepFrom) {
            int skip = (int) Math.max(0, keepFrom - position);
            kept.write(b, off + skip, n - skip);
            if (kept.size() > LIMIT) {
                throw new IOException("headers of one entry take more than " + LIMIT + " bytes");
            }
        }
        position += n;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        int n = in.read(b, off, len);
        if (n > 0) {
            took(b, off, n);
        }
        return n;
    }

    /** By reading, so that the position is kept and a short stream is noticed. */
    @Override
    public long skip(long n) throws IOException {
        byte[] sink = new byte[(int) Math.min(n, 64 * 1024)];
        long left = n;
        while (left > 0) {
            int r = read(sink, 0, (int) Math.min(left, sink.length));
            if (r < 0) {
                break;
            }
            left -= r;
        }
        return n - left;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}

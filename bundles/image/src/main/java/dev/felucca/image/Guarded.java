package dev.felucca.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** An archive's uncompressed stream that does not grow out of proportion to what came in. */
final class Guarded extends FilterInputStream {
    private static final int BUFFER = 1 << 16;

    private final Counted source;
    private final Limits limits;
    private final String what;
    private long count;

    Guarded(InputStream compressed, Limits limits, String what) throws IOException {
        this(new Counted(compressed), limits, what);
    }

    private Guarded(Counted source, Limits limits, String what) throws IOException {
        super(Compression.decompress(source, what));
        this.source = source;
        this.limits = limits;
        this.what = what;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        int n = in.read(b, off, len);
        if (n > 0) {
            count += n;
            limits.checkRatio(count, source.count, what);
        }
        return n;
    }

    void drain() throws IOException {
        byte[] scratch = new byte[BUFFER];
        while (read(scratch, 0, BUFFER) >= 0) {
            // Only its end is of interest.
        }
    }

    /** Counts what is read, and tells failures of the source from a malformed content. */
    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            try {
                int n = in.read(b, off, len);
                count += Math.max(n, 0);
                return n;
            } catch (IOException e) {
                throw new SourceFailed(e);
            }
        }

        /** GZIPInputStream takes 0 for the end between two members; for us only the end of the source is. */
        @Override
        public int available() throws IOException {
            return Math.max(in.available(), 1);
        }
    }

    /** Reading what the caller gave failed, which says nothing about its content. */
    static final class SourceFailed extends IOException {
        SourceFailed(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}

package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks into what may be a layer while it is stored: uncompresses it, hashes that, and walks the tar, all within the limits.
 */
final class LayerCheck {
    /** What was found; either a diff id or a problem. */
    record Result(@Nullable String diffId, long uncompressed, @Nullable EngineException problem) {}

    private final Limits limits;
    private final String what;

    LayerCheck(Limits limits, String what) {
        this.limits = limits;
        this.what = what;
    }

    /**
     * @param in the content as stored
     * @param stored how many bytes of it were read so far
     * @param hash whether the digest is wanted; it is not of plain content, whose digest is known
     */
    Result run(InputStream in, Compression compression, LongSupplier stored, boolean hash) {
        MessageDigest digest = hash ? Digests.sha256() : null;
        try {
            Measured plain = new Measured(compression.open(in), digest, stored);
            walk(plain);
            plain.drain();
            return new Result(digest == null ? null : Digests.name(digest.digest()), plain.count, null);
        } catch (EngineException e) {
            return new Result(null, 0, e);
        } catch (IOException e) {
            return new Result(
                    null,
                    0,
                    new EngineException(
                            EngineException.Kind.INVALID,
                            what + " is truncated or damaged (" + compression + "): " + e.getMessage(),
                            e));
        }
    }

    private void walk(InputStream plain) throws IOException {
        TarReader tar = new TarReader(plain, what);
        long entries = 0;
        Set<String> leaving = new HashSet<>();
        for (TarReader.Entry e = tar.next(); e != null; e = tar.next()) {
            checkInside(e.name());
            if (e.type() == '1') {
                checkInside(e.link()); // a hard link
            }
            checkLinks(e, leaving);
            if (++entries > limits.maxEntries()) {
                throw Limits.exceeded("the number of entries of " + what, "maxEntries", limits.maxEntries());
            }
        }
    }

    /** What could not be unpacked is refused before an image of it is there. */
    private void checkInside(String path) {
        if (path.startsWith("/") || path.contains("..")) {
            EntryNames.normalise(path, what);
        }
    }

    /**
     * A symbolic link that leads above the root is harmless by itself (in a container it ends at the root), but an entry below one
     * is there to be written outside.
     *
     * @param leaving the links so far that lead above the root
     */
    private void checkLinks(TarReader.Entry e, Set<String> leaving) {
        boolean leaves = e.type() == '2' && EntryNames.leaves(e.name(), e.link());
        if (!leaves && leaving.isEmpty()) {
            return;
        }
        String name = EntryNames.normalise(e.name(), what);
        for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
            if (leaving.contains(name.substring(0, end))) {
                throw EngineException.invalid(what + ": the entry \"" + e.name() + "\" lies below the symbolic link \""
                        + name.substring(0, end) + "\", which leads out of the layer");
            }
        }
        if (leaves) {
            leaving.add(name);
        } else {
            leaving.remove(name);
        }
    }

    /** Counts, hashes and limits what is read. */
    private final class Measured extends FilterInputStream {
        private final @Nullable MessageDigest digest;
        private final LongSupplier stored;
        private final byte[] buffer = new byte[1 << 17];
        private int at;
        private int end;
        private long count;

        Measured(InputStream in, @Nullable MessageDigest digest, LongSupplier stored) {
            super(in);
            this.digest = digest;
            this.stored = stored;
        }

        private boolean fill() throws IOException {
            if (at < end) {
                return true;
            }
            int n = in.read(buffer, 0, buffer.length);
            if (n <= 0) {
                return false;
            }
            at = 0;
            end = n;
            count += n;
            limits.checkSize(count, what);
            limits.checkRatio(count, stored.getAsLong(), what);
            if (digest != null) {
                digest.update(buffer, 0, n);
            }
            return true;
        }

        @Override
        public int read() throws IOException {
            return fill() ? buffer[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int off, int len) throws IOException {
            if (len == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int n = Math.min(len, end - at);
            System.arraycopy(buffer, at, target, off, n);
            at += n;
            return n;
        }

        void drain() throws IOException {
            while (fill()) {
                at = end;
            }
        }
    }
}

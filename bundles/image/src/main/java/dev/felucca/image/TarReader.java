package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a tar stream (POSIX ustar and pax, GNU long names and sparse files) in one pass, with bounded
 * memory whatever the stream says. It is used to walk archives and to check that a layer is a whole tar.
 *
 * <p>Malformed input is INVALID; an end in the middle is an {@link EOFException}.
 */
final class TarReader {
    static final int BLOCK = 512;
    /** A name or an extended header that is larger is refused. */
    private static final int MAX_HEADER = 1 << 20;

    private final InputStream in;
    private final String what;
    private final byte[] header = new byte[BLOCK];
    private final byte[] scratch = new byte[1 << 16];
    /** Bytes of the present entry that are not read yet, and what pads them to a block. */
    private long left;

    private int padding;
    private @Nullable Entry current;

    /** Type flags as in tar(5): {@code 0} a regular file, {@code 1} a hard link, {@code 2} a symbolic link, {@code 5} a directory. */
    record Entry(String name, char type, String link, long size) {
        boolean isFile() {
            return type == '0' || type == '7' || type == 'S';
        }
    }

    /**
     * @param what what is read, for messages
     */
    TarReader(InputStream in, String what) {
        this.in = in;
        this.what = what;
    }

    /** The next entry; null at the end. What is left of the one before is skipped. */
    @Nullable
    Entry next() throws IOException {
        skipRest();
        String longName = null;
        String longLink = null;
        Pax pax = new Pax();
        while (true) {
            if (!readHeader()) {
                current = null;
                return null;
            }
            char type = header[156] == 0 ? '0' : (char) (header[156] & 0xff);
            long size = TarFields.number(header, 124, 12, what);
            switch (type) {
                case 'L' -> longName = cString(body(size));
                case 'K' -> longLink = cString(body(size));
                case 'x' -> pax.add(body(size), what);
                case 'g' -> body(size);
                default -> {
                    if (type == 'S') {
                        skipSparseMaps();
                    }
                    return open(type, pax.size >= 0 ? pax.size : size, longName, longLink, pax);
                }
            }
        }
    }

    private Entry open(char type, long size, @Nullable String longName, @Nullable String longLink, Pax pax) {
        String name = pax.path != null ? pax.path : longName != null ? longName : TarFields.name(header);
        String link = pax.link != null ? pax.link : longLink != null ? longLink : TarFields.string(header, 157, 100);
        // An old tar's directory is a file whose name ends in a slash.
        char kind = type == '0' && name.endsWith("/") ? '5' : type;
        // Links, devices, directories and pipes have no content, whatever their size field says.
        boolean content = !(kind >= '1' && kind <= '6');
        left = content ? size : 0;
        padding = pad(left);
        Entry entry = new Entry(name, kind, link, left);
        current = entry;
        return entry;
    }

    /** The content of the present entry. */
    int read(byte[] buffer, int off, int len) throws IOException {
        if (left == 0) {
            return -1;
        }
        int n = in.read(buffer, off, (int) Math.min(len, left));
        if (n < 0) {
            throw truncated();
        }
        left -= n;
        return n;
    }

    InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int off, int len) throws IOException {
                return TarReader.this.read(buffer, off, len);
            }
        };
    }

    private void skipRest() throws IOException {
        while (left > 0) {
            read(scratch, 0, scratch.length);
        }
        if (in.readNBytes(scratch, 0, padding) < padding) {
            throw truncated();
        }
        padding = 0;
    }

    /** False at the end: a zero block, or the stream's end where a header would start. */
    private boolean readHeader() throws IOException {
        int n = in.readNBytes(header, 0, BLOCK);
        if (n == 0) {
            return false;
        }
        if (n < BLOCK) {
            throw truncated();
        }
        if (TarFields.isZero(header)) {
            return false;
        }
        TarFields.checkSum(header, what);
        return true;
    }

    private byte[] body(long size) throws IOException {
        if (size > MAX_HEADER) {
            throw EngineException.invalid(what + ": an extended header of " + size + " bytes, more than " + MAX_HEADER);
        }
        byte[] body = in.readNBytes((int) size);
        int pad = pad(size);
        if (body.length < size || in.readNBytes(scratch, 0, pad) < pad) {
            throw truncated();
        }
        return body;
    }

    /** Old GNU sparse files: further map blocks follow while byte 482 (then 504) is set. */
    private void skipSparseMaps() throws IOException {
        boolean more = header[482] != 0;
        while (more) {
            if (in.readNBytes(scratch, 0, BLOCK) < BLOCK) {
                throw truncated();
            }
            more = scratch[504] != 0;
        }
    }

    private EOFException truncated() {
        Entry e = current;
        return new EOFException(what + " is truncated"
                + (e == null
                        ? " within its first header, or is no tar archive"
                        : ": it ends at or after the entry " + e.name()));
    }

    private static int pad(long size) {
        return (int) (-size & (BLOCK - 1));
    }

    private static String cString(byte[] b) {
        int n = 0;
        while (n < b.length && b[n] != 0) {
            n++;
        }
        return new String(b, 0, n, StandardCharsets.UTF_8);
    }

    /** The records of an extended header that matter here (POSIX pax, "pax Extended Header"). */
    private static final class Pax {
        @Nullable
        String path;

        @Nullable
        String link;

        long size = -1;

        void add(byte[] body, String what) {
            int at = 0;
            while (at < body.length && body[at] != 0) {
                int space = at;
                while (space < body.length && body[space] >= '0' && body[space] <= '9' && space - at < 8) {
                    space++;
                }
                if (space == at || space >= body.length || body[space] != ' ') {
                    throw EngineException.invalid(what + ": malformed extended header");
                }
                int length = Integer.parseInt(new String(body, at, space - at, StandardCharsets.US_ASCII));
                int end = at + length;
                if (length <= space - at + 2 || end > body.length || body[end - 1] != '\n') {
                    throw EngineException.invalid(what + ": malformed extended header");
                }
                String record = new String(body, space + 1, end - space - 2, StandardCharsets.UTF_8);
                int eq = record.indexOf('=');
                if (eq < 0) {
                    throw EngineException.invalid(what + ": malformed extended header");
                }
                set(record.substring(0, eq), record.substring(eq + 1), what);
                at = end;
            }
        }

        private void set(String key, String value, String what) {
            switch (key) {
                case "path", "GNU.sparse.name" -> path = value;
                case "linkpath" -> link = value;
                case "size" -> size = TarFields.decimal(value, what);
                default -> {
                    // Times, owners, attributes: for who unpacks it.
                }
            }
        }
    }
}

package dev.felucca.door.layer;

import dev.felucca.api.EngineException;
import dev.felucca.door.Stat;
import dev.felucca.door.internal.CStrings;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveStructSparse;
import org.jspecify.annotations.Nullable;

/** Reads a layer's tar stream entry by entry: ustar, PAX, GNU and star, with attributes as bytes. */
final class LayerReader implements AutoCloseable {
    static final String XATTR = "SCHILY.xattr.";

    private final RecordTap tap;
    private final TarArchiveInputStream tar;
    private @Nullable TarArchiveEntry current;

    LayerReader(InputStream source) {
        tap = new RecordTap(source);
        // Names come out one character a byte, so that those that are not UTF-8 survive.
        tar = new TarArchiveInputStream(
                tap, RecordTap.RECORD, RecordTap.RECORD, StandardCharsets.ISO_8859_1.name(), false);
    }

    /** The next entry, or null at the end of the archive. */
    @Nullable
    LayerEntry next() throws IOException {
        tap.start();
        TarArchiveEntry e;
        try {
            e = tar.getNextEntry();
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw new IOException("malformed header: " + malformed.getMessage(), malformed);
        }
        byte[] raw = tap.stop();
        current = e;
        if (e == null) {
            return null;
        }
        try {
            return entry(e, PaxRecords.find(raw));
        } catch (ArithmeticException | NumberFormatException malformed) {
            throw new IOException("entry \"" + e.getName() + "\" has an impossible time or number", malformed);
        }
    }

    private static LayerEntry entry(TarArchiveEntry e, Map<String, byte[]> pax) {
        String name = text(pax.get("path"), e.getName());
        if (!e.isCheckSumOK()) {
            throw EngineException.invalid("entry \"" + name + "\" has a wrong header checksum");
        }
        if (e.isPaxGNUSparse()) {
            name = text(pax.get("GNU.sparse.name"), name);
        }
        LayerEntry.Kind kind = kind(e, name);
        long mtime = nanos(pax.get("mtime"), e.getLastModifiedTime());
        return new LayerEntry(
                name,
                kind,
                text(pax.get("linkpath"), e.getLinkName()),
                e.getMode() & 07777,
                id(e.getLongUserId(), "owner", name),
                id(e.getLongGroupId(), "group", name),
                Stat.makedev(e.getDevMajor(), e.getDevMinor()),
                e.getRealSize(),
                e.getLastAccessTime() == null ? mtime : nanos(pax.get("atime"), e.getLastAccessTime()),
                mtime,
                xattrs(pax));
    }

    private static LayerEntry.Kind kind(TarArchiveEntry e, String name) {
        return switch (e.getLinkFlag()) {
            case '5', 'D' -> LayerEntry.Kind.DIRECTORY;
            case '2' -> LayerEntry.Kind.SYMLINK;
            case '1' -> LayerEntry.Kind.HARD_LINK;
            case '3' -> LayerEntry.Kind.CHARACTER;
            case '4' -> LayerEntry.Kind.BLOCK;
            case '6' -> LayerEntry.Kind.FIFO;
            case '0', 0, '7', 'S' -> name.endsWith("/") ? LayerEntry.Kind.DIRECTORY : LayerEntry.Kind.FILE;
            default ->
                throw EngineException.invalid("entry \"" + name + "\" is of a type that a layer cannot have: '"
                        + (char) e.getLinkFlag() + "'");
        };
    }

    /** The bytes as a name; without them what the reader made, one character a byte. */
    private static String text(byte @Nullable [] bytes, @Nullable String latin) {
        if (bytes != null) {
            return CStrings.decode(bytes);
        }
        return latin == null ? "" : CStrings.decode(latin.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static int id(long value, String what, String name) {
        // 2^32 - 1 means "no change" to chown(2).
        if (value < 0 || value >= 0xFFFFFFFFL) {
            throw EngineException.invalid("entry \"" + name + "\" has an impossible " + what + ": " + value);
        }
        return (int) value;
    }

    /** Nanoseconds since the epoch, from the record if there is one, which has all digits; the reader drops the last two. */
    private static long nanos(byte @Nullable [] record, @Nullable FileTime time) {
        if (record != null) {
            return new BigDecimal(new String(record, StandardCharsets.US_ASCII))
                    .movePointRight(9)
                    .setScale(0, RoundingMode.FLOOR)
                    .longValueExact();
        }
        if (time == null) {
            return 0;
        }
        Instant i = time.toInstant();
        return Math.addExact(Math.multiplyExact(i.getEpochSecond(), 1_000_000_000L), i.getNano());
    }

    private static Map<String, byte[]> xattrs(Map<String, byte[]> pax) {
        Map<String, byte[]> found = Map.of();
        for (Map.Entry<String, byte[]> e : pax.entrySet()) {
            if (e.getKey().startsWith(XATTR)) {
                if (found.isEmpty()) {
                    found = new HashMap<>();
                }
                found.put(e.getKey().substring(XATTR.length()), e.getValue());
            }
        }
        return found;
    }

    /** Data of the current entry; -1 at its end. */
    int read(byte[] into, int off, int len) throws IOException {
        return tar.read(into, off, len);
    }

    /** Passes over that many bytes of the current entry, which lie in a hole. */
    void skipHole(long n) throws IOException {
        long left = n;
        while (left > 0) {
            long r = tar.skip(left);
            if (r <= 0) {
                throw new IOException("a sparse file's map does not fit its data");
            }
            left -= r;
        }
    }

    /** Where the current entry has data, in order; null if it is not sparse. */
    @Nullable
    List<TarArchiveStructSparse> sparse() throws IOException {
        return current != null && current.isSparse() ? current.getOrderedSparseHeaders() : null;
    }

    /** Reads what follows the archive, so that the source can check its digest at its end. */
    void drain() throws IOException {
        byte[] sink = new byte[64 * 1024];
        while (tap.read(sink, 0, sink.length) >= 0) {
            // padding
        }
        if (tap.position() % RecordTap.RECORD != 0) {
            throw new IOException("Truncated TAR archive");
        }
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}

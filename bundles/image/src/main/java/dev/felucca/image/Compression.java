package dev.felucca.image;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.felucca.api.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;

/** How a stream is compressed, told by its first bytes as docker does, not by its name or media type. */
enum Compression {
    NONE(""),
    GZIP("+gzip"),
    ZSTD("+zstd");

    /** Bytes that {@link #detect} wants to see. */
    static final int MAGIC = 6;

    private static final int BUFFER = 1 << 16;
    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    /** Media type of a layer that is compressed so (OCI image spec, layer.md). */
    String layerMediaType() {
        return "application/vnd.oci.image.layer.v1.tar" + suffix;
    }

    /**
     * @param n how many bytes of head count
     * @throws EngineException INVALID for a kind that is known but not supported
     */
    static Compression detect(byte[] head, int n, String what) {
        if (n >= 3 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b && head[2] == 8) {
            return GZIP;
        }
        if (n >= 4 && (head[1] & 0xff) == 0xb5 && head[2] == 0x2f && (head[3] & 0xff) == 0xfd && head[0] == 0x28) {
            return ZSTD;
        }
        // A zstd skippable frame (RFC 8878, 3.1.2).
        if (n >= 4 && (head[0] & 0xf0) == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18) {
            return ZSTD;
        }
        if (n >= 4 && head[0] == 'B' && head[1] == 'Z' && head[2] == 'h' && head[3] >= '1' && head[3] <= '9') {
            throw refused(what, "bzip2");
        }
        if (n >= 6
                && (head[0] & 0xff) == 0xfd
                && head[1] == '7'
                && head[2] == 'z'
                && head[3] == 'X'
                && head[4] == 'Z') {
            throw refused(what, "xz");
        }
        return NONE;
    }

    private static EngineException refused(String what, String kind) {
        return EngineException.invalid(
                what + " is compressed with " + kind + "; gzip, zstd and plain are supported: decompress it first");
    }

    /** The uncompressed stream; a truncated one fails with an IOException while it is read. */
    InputStream open(InputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case GZIP -> new GZIPInputStream(in, BUFFER);
            case ZSTD -> new ZstdInputStreamNoFinalizer(in);
        };
    }

    /** The uncompressed stream of one whose compression is not known. */
    static InputStream decompress(InputStream in, String what) throws IOException {
        PushbackInputStream peek = new PushbackInputStream(in, MAGIC);
        byte[] head = new byte[MAGIC];
        int n = in.readNBytes(head, 0, MAGIC);
        peek.unread(head, 0, n);
        return detect(head, n, what).open(peek);
    }
}

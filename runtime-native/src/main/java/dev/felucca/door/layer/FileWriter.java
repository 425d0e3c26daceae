package dev.felucca.door.layer;

import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.internal.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveStructSparse;

/** Writes the data of entries; one a layer, because of its buffers. Holes of sparse files stay holes. */
final class FileWriter {
    private static final int SIZE = 1 << 20;

    private final byte[] heap = new byte[SIZE];
    private final ByteBuffer direct = Scratch.direct(SIZE);
    private long written;

    /** Bytes written so far. */
    long written() {
        return written;
    }

    void write(LayerReader from, LayerEntry entry, Fd file) throws IOException {
        List<TarArchiveStructSparse> map = from.sparse();
        if (map == null) {
            copy(from, file, 0, entry.size());
            return;
        }
        long at = 0;
        for (TarArchiveStructSparse piece : map) {
            if (piece.getNumbytes() == 0) {
                continue;
            }
            if (piece.getOffset() < at) {
                throw new IOException("a sparse file's map goes backwards");
            }
            from.skipHole(piece.getOffset() - at);
            copy(from, file, piece.getOffset(), piece.getNumbytes());
            at = piece.getOffset() + piece.getNumbytes();
        }
        Descriptors.truncate(file, entry.size());
    }

    private void copy(LayerReader from, Fd file, long at, long length) throws IOException {
        long left = length;
        long position = at;
        while (left > 0) {
            int n = fill(from, (int) Math.min(left, SIZE));
            if (n == 0) {
                throw new IOException("Truncated TAR archive");
            }
            direct.clear().put(heap, 0, n).flip();
            while (direct.hasRemaining()) {
                position += Descriptors.pwrite(file, direct, position);
            }
            left -= n;
            written += n;
        }
    }

    private int fill(LayerReader from, int wanted) throws IOException {
        int n = 0;
        while (n < wanted) {
            int r = from.read(heap, n, wanted - n);
            if (r < 0) {
                break;
            }
            n += r;
        }
        return n;
    }
}

package dev.felucca.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * A layer's uncompressed stream that throws at its end when the content is not what the diff id says. It is read, uncompressed
 * and hashed ahead by its own thread, which ends when the stream is closed or read to the end.
 */
final class VerifiedLayer {
    private static final int CHUNK = 1 << 17;
    private static final int AHEAD = 16;

    private VerifiedLayer() {}

    static InputStream open(Path blob, Compression compression, String diffId) throws IOException {
        InputStream stored = Files.newInputStream(blob);
        ChunkQueue queue = new ChunkQueue(AHEAD);
        Threads.start("image-layer", () -> pump(stored, compression, diffId, queue));
        return queue;
    }

    private static void pump(InputStream stored, Compression compression, String diffId, ChunkQueue queue) {
        try {
            try (stored) {
                copy(compression.open(stored), diffId, queue);
            } catch (IOException | RuntimeException e) {
                queue.fail(new IOException(
                        "layer " + diffId + " cannot be read: " + e.getMessage()
                                + "; remove its image and load it again",
                        e));
            }
        } catch (IOException interrupted) {
            // Nobody interrupts this thread; the reader would find it closed.
            throw new java.io.UncheckedIOException(interrupted);
        }
    }

    private static void copy(InputStream plain, String diffId, ChunkQueue queue) throws IOException {
        MessageDigest digest = Digests.sha256();
        while (true) {
            byte[] chunk = new byte[CHUNK];
            int n = plain.readNBytes(chunk, 0, CHUNK);
            if (n == 0) {
                break;
            }
            digest.update(chunk, 0, n);
            if (!queue.put(chunk, n)) {
                return;
            }
        }
        String found = Digests.name(digest.digest());
        if (!found.equals(diffId)) {
            throw new IOException("its content has the digest " + found);
        }
        queue.end();
    }
}

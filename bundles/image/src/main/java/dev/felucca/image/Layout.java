package dev.felucca.image;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of {@code <data root>/images}, and the only class that builds paths there: an OCI image layout, the engine's
 * own {@code references.json}, and {@code ingest/} for what is being written. A file has its final name only when its content
 * is whole, verified and on disk.
 */
final class Layout {
    private static final Logger LOG = LoggerFactory.getLogger(Layout.class);
    private static final int ENOSPC = 28;
    private static final int EDQUOT = 122;

    private final Path root;
    private final AtomicLong serial = new AtomicLong();

    Layout(Path root) {
        this.root = root;
    }

    /** Makes the directories and removes what an earlier engine left half-written. */
    void prepare() {
        try {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x---")));
            Files.createDirectories(blobs());
            Files.createDirectories(ingest());
            try (DirectoryStream<Path> left = Files.newDirectoryStream(ingest())) {
                for (Path p : left) {
                    LOG.warn("removing {}: an interrupted load or import left it", p);
                    Files.delete(p);
                }
            }
            Path marker = root.resolve("oci-layout");
            if (!Files.exists(marker)) {
                replace(marker, "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8), true);
            }
        } catch (IOException e) {
            throw failed("prepare", root, e);
        }
    }

    Path references() {
        return root.resolve("references.json");
    }

    Path index() {
        return root.resolve("index.json");
    }

    Path blob(String digest) {
        return blobs().resolve(Digests.hex(digest));
    }

    private Path blobs() {
        return root.resolve("blobs/sha256");
    }

    private Path ingest() {
        return root.resolve("ingest");
    }

    /** A name for content that is being written. */
    Path newTemporary() {
        return ingest().resolve("t" + serial.incrementAndGet());
    }

    /** Gives verified content its final name. It replaces an equal blob, which repairs one that was damaged. */
    void adopt(Path temporary, String digest) {
        try {
            Files.move(temporary, blob(digest), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed("rename", temporary, e);
        }
    }

    /** Makes earlier renames into the blob directory durable. */
    void syncBlobs() {
        syncDirectory(blobs());
    }

    /** Replaces a file at once: the old content or the new, never a part. */
    void replace(Path target, byte[] content, boolean sync) {
        Path temporary = newTemporary();
        try {
            write(temporary, content, sync);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            delete(temporary);
            throw failed("write", target, e);
        }
        if (sync) {
            syncDirectory(root);
        }
    }

    private static void write(Path file, byte[] content, boolean sync) throws IOException {
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer b = ByteBuffer.wrap(content);
            while (b.hasRemaining()) {
                c.write(b);
            }
            if (sync) {
                c.force(true);
            }
        }
    }

    private static void syncDirectory(Path directory) {
        try (FileChannel c = FileChannel.open(directory, StandardOpenOption.READ)) {
            c.force(true);
        } catch (IOException e) {
            throw failed("fsync", directory, e);
        }
    }

    /** Removes a temporary file; one that cannot be removed is logged and goes at the next start. */
    void delete(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", temporary, e.toString());
        }
    }

    /**
     * Removes every blob whose digest is not in the set.
     *
     * @param removed is told digest and size of each
     */
    void collect(Set<String> live, BiConsumer<String, Long> removed) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(blobs())) {
            for (Path p : all) {
                String digest = Digests.PREFIX + p.getFileName();
                if (!live.contains(digest)) {
                    long size = Files.size(p);
                    Files.delete(p);
                    removed.accept(digest, size);
                }
            }
        } catch (IOException e) {
            throw failed("collect unreferenced content in", blobs(), e);
        }
    }

    /** An error of our own files, as the one that a user sees. */
    static EngineException failed(String call, Path path, IOException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("No space left on device")) {
            return new KernelException(call, path.toString(), ENOSPC, "ENOSPC: No space left on device");
        }
        if (text.contains("Disk quota exceeded")) {
            return new KernelException(call, path.toString(), EDQUOT, "EDQUOT: Disk quota exceeded");
        }
        return new EngineException(
                EngineException.Kind.KERNEL, "image store: " + call + " " + path + ": " + e.getMessage(), e);
    }
}

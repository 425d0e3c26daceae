package dev.felucca.image;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What one load or import has written so far. Content is read once: stored and hashed as it comes, while a second thread
 * uncompresses, hashes and checks it as a layer. Closing removes all that was not adopted by the store. Several threads may stage at once, if
 * the progress can hear them.
 */
final class Staging implements AutoCloseable {
    /** What progress reports call the reading. */
    static final String ACTION = "Loading";

    private static final int CHUNK = 1 << 17;
    private static final int QUEUED = 16;
    /** Bytes between two progress reports. */
    private static final long STEP = 1 << 20;

    private final Layout layout;
    private final Limits limits;
    private final Progress progress;
    private final Set<Path> files = ConcurrentHashMap.newKeySet();

    Staging(Layout layout, Limits limits, Progress progress) {
        this.layout = layout;
        this.limits = limits;
        this.progress = progress;
    }

    Limits limits() {
        return limits;
    }

    /**
     * Reads all of a stream into a temporary file.
     *
     * @param label its name in progress reports and messages
     * @param size bytes that will come, or -1 if not known
     */
    Staged stage(InputStream in, String label, long size) throws IOException {
        if (size > limits.maxLayerBytes()) {
            throw Limits.exceeded("the size of " + label, "maxLayerBytes", limits.maxLayerBytes());
        }
        Path file = layout.newTemporary();
        files.add(file);
        try (Output out = new Output(file)) {
            byte[] first = new byte[size >= 0 && size < CHUNK ? (int) size : CHUNK];
            int n = in.readNBytes(first, 0, first.length);
            Compression compression;
            try {
                compression = Compression.detect(first, n, label);
            } catch (EngineException unsupported) {
                out.copy(first, n, in, label, size, null);
                return new Staged(file, out.digest(), out.count, Compression.NONE, null, 0, unsupported);
            }
            boolean hash = compression != Compression.NONE;
            LayerCheck check = new LayerCheck(limits, label);
            LayerCheck.Result found;
            if (n < CHUNK) {
                out.copy(first, n, InputStream.nullInputStream(), label, size, null);
                found = check.run(new ByteArrayInputStream(first, 0, n), compression, () -> n, hash);
            } else {
                found = parallel(out, first, n, in, label, size, check, compression, hash);
            }
            String digest = out.digest();
            String diffId = found.problem() != null ? null : hash ? found.diffId() : digest;
            return new Staged(file, digest, out.count, compression, diffId, found.uncompressed(), found.problem());
        }
    }

    private LayerCheck.Result parallel(
            Output out,
            byte[] first,
            int n,
            InputStream in,
            String label,
            long size,
            LayerCheck check,
            Compression compression,
            boolean hash)
            throws IOException {
        ChunkQueue queue = new ChunkQueue(QUEUED);
        AtomicLong stored = out.shared;
        FutureTask<LayerCheck.Result> task = new FutureTask<>(() -> {
            try (queue) {
                return check.run(queue, compression, stored::get, hash);
            }
        });
        Threads.start("image-check", task);
        try {
            out.copy(first, n, in, label, size, queue);
            queue.end();
        } catch (IOException | RuntimeException e) {
            queue.fail(new IOException("the load ended early"));
            throw e;
        }
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("interrupted while loading " + label);
        } catch (ExecutionException e) {
            throw EngineException.internal("looking into " + label + " failed", e.getCause());
        }
    }

    /** Stages bytes that are in memory: a manifest or configuration of our own making, or read before. */
    Staged stage(byte[] content, String label) throws IOException {
        return stage(new ByteArrayInputStream(content), label, content.length);
    }

    /** A stored blob, compressed with gzip; the same blob gives the same bytes. */
    Staged gzip(String digest) throws IOException {
        Path file = layout.newTemporary();
        files.add(file);
        MessageDigest hash = Digests.sha256();
        try (InputStream in = Files.newInputStream(layout.blob(digest));
                OutputStream out = new GZIPOutputStream(
                        new DigestOutputStream(
                                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                hash),
                        CHUNK)) {
            in.transferTo(out);
        } catch (IOException e) {
            throw Layout.failed("compress " + digest + " to", file, e);
        }
        return new Staged(file, Digests.name(hash.digest()), Files.size(file), Compression.GZIP, null, 0, null);
    }

    /** Content that the store has already under this digest; the stream is only checked to be the same. */
    Staged stageKnown(InputStream in, KnownBlobs.Known known, String label) throws IOException {
        MessageDigest digest = Digests.sha256();
        byte[] chunk = new byte[CHUNK];
        long count = 0;
        for (int n = in.read(chunk, 0, CHUNK); n >= 0; n = in.read(chunk, 0, CHUNK)) {
            digest.update(chunk, 0, n);
            count += n;
        }
        String found = Digests.name(digest.digest());
        return new Staged(null, found, count, known.compression(), known.diffId(), known.uncompressed(), null);
    }

    /** Makes the content durable, before it is adopted. */
    void sync(Staged staged) {
        Path file = staged.file();
        if (file == null || !files.contains(file)) {
            return;
        }
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE)) {
            c.force(true);
        } catch (IOException e) {
            throw Layout.failed("fsync", file, e);
        }
    }

    /** All of a small file, such as a manifest. */
    byte[] read(Staged staged, String label) {
        if (staged.size() > limits.maxJsonBytes()) {
            throw Limits.exceeded("the size of " + label, "maxJsonBytes", limits.maxJsonBytes());
        }
        Path file = staged.file() == null ? layout.blob(staged.digest()) : staged.file();
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw Layout.failed("read", file, e);
        }
    }

    /** Gives the content its final name in the store. */
    void adopt(Staged staged) {
        Path file = staged.file();
        if (file != null && files.remove(file)) {
            layout.adopt(file, staged.digest());
        }
    }

    @Override
    public void close() {
        files.forEach(layout::delete);
        files.clear();
    }

    /** The temporary file, with digest and progress. */
    private final class Output implements AutoCloseable {
        private final Path file;
        private final FileChannel channel;
        private final MessageDigest digest = Digests.sha256();
        private final AtomicLong shared = new AtomicLong();
        private long count;
        private long reported;

        Output(Path file) {
            this.file = file;
            try {
                channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw Layout.failed("create", file, e);
            }
        }

        /** Writes the first chunk and then all of the stream. */
        void copy(byte[] first, int length, InputStream in, String label, long size, @Nullable ChunkQueue queue)
                throws IOException {
            byte[] chunk = first;
            int n = length;
            while (n > 0) {
                write(chunk, n);
                report(label, size, false);
                if (queue != null && queue.put(chunk, n)) {
                    chunk = new byte[CHUNK];
                }
                n = chunk.length < CHUNK ? 0 : in.readNBytes(chunk, 0, CHUNK);
            }
            report(label, size, true);
        }

        private void write(byte[] chunk, int n) {
            count += n;
            shared.set(count);
            limits.checkSize(count, file.toString());
            try {
                ByteBuffer b = ByteBuffer.wrap(chunk, 0, n);
                while (b.hasRemaining()) {
                    channel.write(b);
                }
            } catch (IOException e) {
                throw Layout.failed("write", file, e);
            }
            digest.update(chunk, 0, n);
        }

        private void report(String label, long size, boolean last) {
            if (count - reported >= STEP || (last && count >= STEP && count != reported)) {
                reported = count;
                progress.report(label, ACTION, count, size);
            }
        }

        String digest() {
            return Digests.name(digest.digest());
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}

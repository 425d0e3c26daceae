package dev.felucca.core.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that a log consists of, NAME, NAME.1, NAME.2 ..., and the writing of whole entries into the current one. A file
 * keeps its generation, a number that counts up, whatever it is renamed to. Not thread-safe: {@link LogFile} locks.
 */
final class LogFiles {
    private static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    /** Some entries could not be written. */
    static final class LostEntriesException extends IOException {
        private final long entries;

        LostEntriesException(IOException cause, long entries) {
            super(cause.getMessage(), cause);
            this.entries = entries;
        }

        long entries() {
            return entries;
        }
    }

    private final Path path;
    private final LogLimits limits;
    private @Nullable FileChannel channel;
    private long generation;
    /** Of the current file, while the channel is open; ends with an entry's end. */
    private long size;

    private long rotateAt;

    LogFiles(Path path, LogLimits limits) {
        this.path = path;
        this.limits = limits;
        this.rotateAt = limits.maxSize();
    }

    Path path() {
        return path;
    }

    long generation() {
        return generation;
    }

    /** Of what may be read of the current file; with nobody writing it is all that is there. */
    long size() {
        return channel == null ? Long.MAX_VALUE : size;
    }

    /** @param more bytes that are still to be written */
    boolean full(int more) {
        return rotateAt > 0 && (channel == null ? existing() : size) + more >= rotateAt;
    }

    private long existing() {
        return path.toFile().length();
    }

    void append(byte[] entries, int length) throws LostEntriesException {
        ByteBuffer rest = ByteBuffer.wrap(entries, 0, length);
        long before = -1;
        try {
            FileChannel out = channel == null ? open() : channel;
            before = size;
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            // Not size + length: somebody may have emptied the file, as people do with logs.
            size = out.size();
        } catch (IOException e) {
            int kept = before < 0 ? 0 : undoHalf(entries, rest.position(), before, e);
            throw new LostEntriesException(e, lineFeeds(entries, kept, length));
        }
    }

    /** After a write that failed half-way: the file ends with its last whole entry again. Returns the bytes kept. */
    private int undoHalf(byte[] entries, int written, long before, IOException failure) {
        int kept = written;
        while (kept > 0 && entries[kept - 1] != '\n') {
            kept--;
        }
        FileChannel out = channel;
        try {
            if (out != null && out.isOpen()) {
                if (kept < written) {
                    out.truncate(before + kept);
                }
                size = out.size();
                return kept;
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
            release();
        }
        // It will be opened, and its end repaired, for the next entry.
        channel = null;
        return kept;
    }

    private static long lineFeeds(byte[] bytes, int from, int to) {
        long n = 0;
        for (int i = from; i < to; i++) {
            n += bytes[i] == '\n' ? 1 : 0;
        }
        return n;
    }

    private FileChannel open() throws IOException {
        LogRepair.repair(path);
        FileChannel out = FileChannel.open(path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), MODE);
        size = out.size();
        channel = out;
        return out;
    }

    /** Closes the current file; it is opened again for the next entry. */
    void release() {
        FileChannel out = channel;
        channel = null;
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("closing the log " + path, e);
            }
        }
    }

    /** Begins a new file. */
    void rotate() throws IOException {
        // Whatever happens: not again for each entry.
        rotateAt = (channel == null ? existing() : size) + limits.maxSize();
        release();
        try {
            if (limits.maxFiles() == 1) {
                // Not emptied: who reads it goes on to its end.
                Files.deleteIfExists(path);
            } else {
                for (int i = limits.maxFiles() - 2; i >= 0; i--) {
                    rename(name(i), name(i + 1));
                }
            }
        } catch (NoSuchFileException e) {
            // The current file was removed by somebody: that is a new beginning too.
        }
        generation++;
        rotateAt = limits.maxSize();
    }

    private static void rename(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Path name(int age) {
        return age == 0 ? path : path.resolveSibling(path.getFileName() + "." + age);
    }

    LogSources open(@Nullable Instant since) throws IOException {
        var sources = new LogSources(generation, size());
        try {
            for (int age = limits.maxFiles() - 1; age >= 0; age--) {
                Path file = name(age);
                boolean old = age > 0 && since != null && modified(file).isBefore(since);
                if (!old && Files.exists(file)) {
                    sources.add(generation - age, FileChannel.open(file));
                }
            }
        } catch (IOException e) {
            sources.close();
            throw e;
        }
        return sources;
    }

    private static Instant modified(Path file) throws IOException {
        return Files.exists(file) ? Files.getLastModifiedTime(file).toInstant() : Instant.MIN;
    }

    /** The oldest file younger than a generation that is there. */
    LogSources.@Nullable Source openNext(long after) throws IOException {
        long first = Math.max(after + 1, generation - limits.maxFiles() + 1);
        for (long g = first; g <= generation; g++) {
            Path file = name((int) (generation - g));
            if (Files.exists(file)) {
                return new LogSources.Source(g, FileChannel.open(file));
            }
        }
        return null;
    }
}

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
            super(cause.getClass().getSimpleName() + ": " + cause.getMessage(), cause);
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
    /** Of the current file, at an entry's end; -1 while nobody has looked. */
    private long size = -1;

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
        if (rotateAt > 0 && size < 0) {
            size = existing();
        }
        return rotateAt > 0 && size + more >= rotateAt;
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
        }
        // It will be opened, and its end repaired, for the next entry.
        try {
            release();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
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
    void release() throws IOException {
        FileChannel out = channel;
        channel = null;
        if (out != null) {
            out.close();
        }
    }

    /** Begins a new file. */
    void rotate() throws IOException {
        // Whatever happens: not again for each entry.
        rotateAt = size + limits.maxSize();
        release();
        try {
            if (limits.maxFiles() == 1) {
                // Not emptied: who reads it goes on to its end.
                Files.deleteIfExists(path);
            } else {
                int free = 1;
                while (free < limits.maxFiles() - 1 && name(free).toFile().exists()) {
                    free++;
                }
                for (int age = free; age > 0; age--) {
                    Files.move(name(age - 1), name(age), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (NoSuchFileException e) {
            // The current file was removed by somebody: that is a new beginning too.
        }
        generation++;
        size = 0;
        rotateAt = limits.maxSize();
    }

    private Path name(int age) {
        return age == 0 ? path : path.resolveSibling(path.getFileName() + "." + age);
    }

    LogSources open(@Nullable Instant since) throws IOException {
        var sources = new LogSources(generation, channel == null ? existing() : size);
        try {
            for (int age = limits.maxFiles() - 1; age >= 0; age--) {
                Path file = name(age);
                if (file.toFile().exists()
                        && !(age > 0 && since != null && modified(file).isBefore(since))) {
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
        return Files.getLastModifiedTime(file).toInstant();
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

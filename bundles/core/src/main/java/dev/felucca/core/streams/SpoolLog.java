package dev.felucca.core.streams;

import dev.felucca.core.streams.LogWatch.Watching;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/**
 * The log of a container whose execution backend writes it. Nobody says when a file is rotated, so files are told apart by their
 * inodes: what was the current file is looked for among the older names, and as far as it has moved, so many files have begun
 * since. A file that somebody reads is open, so its inode is not used again meanwhile. Thread-safe.
 */
final class SpoolLog implements ReadableLog {
    /** Looks at a directory after which a missing file is taken to be none. */
    private static final int RENAMING_LASTS = 1000;

    private final Path path;
    private final int maxFiles;
    private final LogWatch watch;
    private final Set<LogReader> followers = new CopyOnWriteArraySet<>();
    private @Nullable Watching watching;
    /** The inode of the last current file that was seen, and its generation. */
    private @Nullable Object anchor;

    private long anchored;
    private long generation;
    private boolean live;

    SpoolLog(Path path, LogLimits limits, LogWatch watch) {
        this.path = path;
        this.maxFiles = limits.maxFiles();
        this.watch = watch;
    }

    void runBegins() {
        synchronized (this) {
            live = true;
        }
    }

    void runEnds() {
        synchronized (this) {
            live = false;
        }
        wake();
    }

    private void wake() {
        followers.forEach(LogReader::wake);
    }

    private Path name(long age) {
        return age == 0 ? path : path.resolveSibling(path.getFileName() + "." + age);
    }

    private static @Nullable Object inode(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null; // not written yet, or just being renamed
        }
    }

    /**
     * Notices rotations. Between two files there is none of the current generation. While files are being renamed, oldest first, there
     * is a gap between them, and nothing can be told by their names.
     */
    private void look() throws IOException {
        for (int attempt = 1; ; attempt++) {
            Object now = inode(path);
            if (anchor == null) {
                anchor = now;
            }
            if (anchor == null || anchor.equals(now)) {
                return;
            }
            long moved = 1;
            while (moved < maxFiles && !anchor.equals(inode(name(moved)))) {
                moved++;
            }
            boolean found = now != null || moved < maxFiles || maxFiles == 1;
            if (found && !renaming() && Objects.equals(now, inode(path))) {
                generation = anchored + moved;
                if (now != null) {
                    anchor = now;
                    anchored = generation;
                }
                return;
            }
            if (attempt == RENAMING_LASTS) {
                return; // somebody takes files away; perhaps the next look finds sense in it
            }
            Thread.onSpinWait();
        }
    }

    /** Whether a file between two that there are is missing. */
    private boolean renaming() {
        boolean missing = false;
        for (long age = 1; age < maxFiles; age++) {
            boolean there = Files.exists(name(age));
            if (there && missing) {
                return true;
            }
            missing |= !there;
        }
        return false;
    }

    @Override
    public synchronized Extent extent() throws IOException {
        boolean more = live; // before the size: what is written until the end is in it
        look();
        return new Extent(generation, path.toFile().length(), more);
    }

    @Override
    public synchronized LogSources open(LogReader reader, @Nullable Instant since) throws IOException {
        if (watching == null) {
            watching = watch.watch(path.resolveSibling(""), this::wake);
        }
        followers.add(reader);
        for (int attempt = 1; ; attempt++) {
            LogSources sources = all();
            // a file between two that there are is just being renamed
            if (sources.whole() || attempt == RENAMING_LASTS) {
                return sources;
            }
            sources.close();
            Thread.onSpinWait();
        }
    }

    private LogSources all() throws IOException {
        look();
        LogSources sources = new LogSources(generation, path.toFile().length());
        try {
            for (long age = maxFiles - 1L; age >= 0; age--) {
                LogSources.Source source = source(sources.generation - age);
                if (source != null) {
                    sources.add(source.generation(), source.channel());
                }
            }
        } catch (IOException e) {
            sources.close();
            throw e;
        }
        return sources;
    }

    @Override
    public synchronized LogSources.@Nullable Source next(long after) throws IOException {
        look();
        for (long g = Math.max(after + 1, generation - maxFiles + 1); g <= generation; g++) {
            LogSources.Source source = source(g);
            if (source != null) {
                return source;
            }
        }
        return null;
    }

    /** Opens the file of a generation, wherever a rotation may be moving it just now; null if it is gone. */
    private LogSources.@Nullable Source source(long wanted) throws IOException {
        for (int attempt = 1; ; attempt++) {
            long before = generation;
            try {
                FileChannel channel = FileChannel.open(name(generation - wanted));
                look();
                if (generation == before) {
                    return new LogSources.Source(wanted, channel);
                }
                channel.close();
            } catch (NoSuchFileException e) {
                look();
                if (generation == before && (attempt >= RENAMING_LASTS || !renaming())) {
                    return null;
                }
            }
            if (generation - wanted >= maxFiles) {
                return null;
            }
        }
    }

    @Override
    public void leave(LogReader reader) {
        followers.remove(reader);
        synchronized (this) {
            if (followers.isEmpty() && watching != null) {
                watching.close();
                watching = null;
            }
        }
    }
}

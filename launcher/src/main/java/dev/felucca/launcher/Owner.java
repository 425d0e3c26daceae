package dev.felucca.launcher;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes this process the one engine on its two roots: a locked file in the data root and the pid file, locked too, in the run
 * root. The kernel drops the locks with the process, so nothing is stale after a crash.
 */
final class Owner implements Closeable {
    /** Kept from the garbage collector, which would close them. */
    private static final List<FileChannel> witnesses = new ArrayList<>();

    private final Layout layout;
    private final FileChannel data;
    private final FileChannel run;

    private Owner(Layout layout, FileChannel data, FileChannel run) {
        this.layout = layout;
        this.data = data;
        this.run = run;
    }

    /**
     * Takes both roots. An engine on the same two roots that is about to end is waited for: its pid file goes first, its
     * lock on the data root last.
     */
    static Owner claim(Layout layout) throws LaunchException {
        directory(layout.data(), "FELUCCA_DATA_ROOT");
        directory(layout.run(), "FELUCCA_RUN_ROOT");
        String pid = ProcessHandle.current().pid() + "\n";
        try {
            FileChannel run = lockPidFile(layout, pid);
            return new Owner(layout, lockData(layout, pid + layout.run() + "\n"), run);
        } catch (IOException e) {
            throw new LaunchException(
                    "cannot lock the roots " + layout.data() + " and " + layout.run() + ": " + reason(e), e);
        }
    }

    private static FileChannel lockPidFile(Layout layout, String pid) throws IOException, LaunchException {
        while (true) {
            FileChannel channel = open(layout.pidFile());
            if (channel.tryLock() == null) {
                channel.close();
                throw taken("run root " + layout.run(), Files.readString(layout.pidFile()));
            }
            write(channel, pid);
            if (Files.exists(layout.pidFile()) && isAt(open(layout.pidFile()), pid)) return channel;
            channel.close(); // an engine that ended had removed it between the opening and the lock
        }
    }

    /** Leaves the channel open: closing any descriptor of a file drops this process's locks on it (fcntl(2)). */
    private static boolean isAt(FileChannel file, String text) throws IOException {
        witnesses.add(file);
        ByteBuffer read = ByteBuffer.allocate(64);
        file.read(read, 0);
        return StandardCharsets.UTF_8.decode(read.flip()).toString().equals(text);
    }

    private static FileChannel lockData(Layout layout, String text) throws IOException, LaunchException {
        FileChannel channel = open(layout.dataLock());
        if (channel.tryLock() == null) {
            String holder = Files.readString(layout.dataLock());
            // the pid file of our run root is ours, so an engine that used it is past its end
            if (!holder.endsWith("\n" + layout.run() + "\n")) {
                channel.close();
                throw taken("data root " + layout.data(), holder);
            }
            channel.lock();
        }
        write(channel, text);
        return channel;
    }

    private static LaunchException taken(String what, String holder) {
        String pid = holder.lines().findFirst().orElse("");
        return new LaunchException(
                "another engine" + (pid.isEmpty() ? "" : ", process " + pid + ",") + " uses the " + what);
    }

    /** A link in place of the file is refused: what it leads to would be overwritten. */
    private static FileChannel open(Path file) throws IOException {
        try {
            return FileChannel.open(
                    file,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            // for a link the JDK names no file
            FileSystemException named = new FileSystemException(file.toString(), null, e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    private static void write(FileChannel channel, String text) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }

    private static void directory(Path path, String variable) throws LaunchException {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new LaunchException(
                    "the directory " + path + " cannot be made (" + reason(e) + "); " + variable + " chooses another",
                    e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof FileAlreadyExistsException) return "something else is there";
        return e instanceof FileSystemException f && f.getReason() != null
                ? f.getFile() + ": " + f.getReason()
                : e.toString();
    }

    @Override
    public void close() throws IOException {
        // the data root last: the next engine waits for that
        Files.deleteIfExists(layout.pidFile());
        run.close();
        data.close();
    }
}

package dev.felucca.launcher;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes this process the one engine on its two roots: a locked file in the data root and the pid file, locked too, in the run
 * root. The kernel drops the locks with the process, so nothing is stale after a crash.
 */
final class Owner implements Closeable {
    private final Layout layout;
    private final FileChannel data;
    private final FileChannel run;

    private Owner(Layout layout, FileChannel data, FileChannel run) {
        this.layout = layout;
        this.data = data;
        this.run = run;
    }

    static Owner claim(Layout layout) throws LaunchException {
        directory(layout.data(), "FELUCCA_DATA_ROOT");
        directory(layout.run(), "FELUCCA_RUN_ROOT");
        FileChannel data = lock(layout.dataLock(), "data root " + layout.data());
        FileChannel run = lock(layout.pidFile(), "run root " + layout.run());
        return new Owner(layout, data, run);
    }

    private static void directory(Path path, String variable) throws LaunchException {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new LaunchException(
                    "the directory " + path + " cannot be made (" + e + "); " + variable + " chooses another", e);
        }
    }

    private static FileChannel lock(Path file, String what) throws LaunchException {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                String pid = Files.readString(file).strip();
                throw new LaunchException(
                        "another engine" + (pid.isEmpty() ? "" : ", process " + pid + ",") + " uses the " + what);
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return channel;
        } catch (IOException e) {
            throw new LaunchException("cannot lock " + file + ": " + e, e);
        }
    }

    @Override
    public void close() throws IOException {
        // the data root last: until then the next engine waits for nothing that we are about to take away
        Files.deleteIfExists(layout.pidFile());
        run.close();
        data.close();
    }
}

package dev.felucca.core.streams;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Takes the torn entry off a log whose writer died within it, so that the next entry has a line of its own. */
final class LogRepair {
    private LogRepair() {}

    static void repair(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = file.size();
            long end = LogTail.lastEntryEnd(file, size);
            if (end < size) {
                file.truncate(end);
            }
        }
    }
}

package dev.felucca.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Tells who started the engine how that went, over the pipe whose descriptor number FELUCCA_READY_FD holds: a line
 * {@code ready}, or {@code failed } and the reason. Whoever starts it takes the end of the pipe without a line for the engine's death.
 */
final class Ready {
    private final String descriptor;

    Ready(Map<String, String> environment) {
        descriptor = environment.getOrDefault("FELUCCA_READY_FD", "");
    }

    void ready() {
        say("ready\n");
    }

    void failed(String reason) {
        say("failed " + reason.replace('\n', ' ') + "\n");
    }

    private void say(String line) {
        if (!descriptor.matches("[0-9]{1,9}")) return;
        try (OutputStream out = Files.newOutputStream(Path.of("/proc/self/fd", descriptor), StandardOpenOption.WRITE)) {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // the starter is gone and asks no more
            System.err.println("felucca: nobody waits for this engine any more: " + e.getMessage());
        }
    }
}

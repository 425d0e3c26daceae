package dev.felucca.core.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.container.ContainerStreams.LogOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a filesystem of 64 KiB. */
class LogDiskFullTest {
    @TempDir
    Path folder;

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void whatIsLostIsCountedAndTheRestStaysReadable() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64k", "felucca-test", small.toString()) == 0,
                "cannot mount a tmpfs here (root with CAP_SYS_ADMIN)");
        try {
            var hub = new StreamHub(small.resolve("c-json.log"), Map.of(), new LogWatch(), false, false, false);
            var client = new FakeClient();
            hub.attach(false, client);
            var io = FakeIo.pipes();
            hub.begin(io);
            int all = 2000;
            for (int i = 0; i < all; i += 100) {
                var chunk = new StringBuilder();
                for (int k = i; k < i + 100; k++) {
                    chunk.append("line ").append(k).append('\n');
                }
                assertTrue(io.out(chunk.toString()));
            }
            var sink = new FakeLogSink();
            hub.logs(new LogOptions(false, -1, null, null), sink, Runnable::run);
            long kept = sink.all().lines().count();
            assertTrue(kept > 100 && kept < all, kept + " entries fit");
            String wrong = hub.logIncomplete().orElseThrow();
            assertTrue(wrong.contains((all - kept) + " entries lost") && wrong.contains("No space left"), wrong);
            assertEquals(
                    kept,
                    Files.readAllLines(small.resolve("c-json.log")).stream()
                            .filter(l -> l.endsWith("Z\"}"))
                            .count());
            // Room again: the log goes on.
            Files.write(small.resolve("c-json.log"), new byte[0]);
            io.out("after\n");
            hub.finish();
            var again = new FakeLogSink();
            hub.logs(new LogOptions(false, -1, null, null), again, Runnable::run);
            assertEquals("after\n", again.all());
            assertTrue(client.toString().endsWith("line 1999\nafter\n[STDOUT][STDERR]"));
            hub.close();
        } finally {
            assertEquals(0, run("umount", small.toString()));
        }
    }
}

package dev.felucca.core.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.container.ContainerStreams.LogOptions;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.ProcessIo;
import dev.felucca.api.exec.StreamKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose log the execution backend writes: output is copied only while a client is there, and the log is followed as a file. */
class CopiesTest {
    @TempDir
    Path folder;

    private final LogWatch watch = new LogWatch();
    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void stop() throws Exception {
        watch.close();
        executor.shutdownNow();
    }

    /** A backend that reads the output itself. */
    private static final class KeepingIo implements ProcessIo {
        @Nullable
        OutputSink sink;

        boolean closed;

        @Override
        public void begin(OutputSink to) {
            if (sink != null) {
                throw new AssertionError("a sink has it already");
            }
            sink = to;
        }

        @Override
        public void leave() {
            sink = null;
        }

        @Override
        public Optional<String> logLoss() {
            return Optional.of("lost 3 entries");
        }

        void out(String text) {
            if (sink != null) {
                sink.output(StreamKind.STDOUT, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            }
        }

        @Override
        public void resume(StreamKind stream) {}

        @Override
        public void stdin(ByteBuffer data, LongConsumer written) {}

        @Override
        public void closeStdin() {}

        @Override
        public void resize(int rows, int columns) {}

        @Override
        public void close() {
            closed = true;
            OutputSink told = sink;
            if (told != null) {
                told.end(StreamKind.STDOUT);
                told.end(StreamKind.STDERR);
            }
        }
    }

    private StreamHub hub(Map<String, String> options) {
        return new StreamHub(log(), options, watch, false, false, false);
    }

    private Path log() {
        return folder.resolve("c-json.log");
    }

    @Test
    void nobodyReadsWithoutAClient() {
        var hub = hub(Map.of());
        var io = new KeepingIo();
        hub.beginCopies(io);
        assertTrue(io.sink == null);
        var client = new FakeClient();
        var attachment = hub.attach(false, client);
        io.out("one");
        var second = new FakeClient();
        var other = hub.attach(false, second);
        attachment.close();
        io.out("two");
        assertFalse(hub.drained().toCompletableFuture().isDone());
        other.close();
        assertTrue(io.sink == null);
        assertTrue(hub.drained().toCompletableFuture().isDone());
        io.out("nobody hears");
        hub.attach(false, client);
        io.out("three");
        assertEquals("onethree", client.toString());
        assertEquals("two", second.toString());
        hub.finish();
        assertEquals("onethree[STDOUT][STDERR]", client.toString());
        assertTrue(io.closed);
        assertEquals("lost 3 entries", hub.logIncomplete().orElseThrow());
    }

    @Test
    void aClientThatWaitedGetsWhatComes() {
        var hub = hub(Map.of());
        hub.expectCopies();
        var client = new FakeClient();
        hub.attach(false, client);
        var io = new KeepingIo();
        hub.beginCopies(io);
        io.out("here");
        hub.finish();
        assertEquals("here[STDOUT][STDERR]", client.toString());
    }

    private static String entry(int n) {
        return "{\"log\":\"" + n + "\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-01T00:00:00Z\"}\n";
    }

    private void write(int n) throws Exception {
        Files.writeString(log(), entry(n), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void rotate(int files) throws Exception {
        for (int age = files - 1; age > 0; age--) {
            Path from = age == 1 ? log() : folder.resolve("c-json.log." + (age - 1));
            if (Files.exists(from)) {
                Files.move(
                        from, folder.resolve("c-json.log." + age), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Test
    void aFollowerGetsEveryEntryOverRotations() throws Exception {
        var hub = hub(Map.of("max-size", "1k", "max-file", "4"));
        write(0);
        hub.expectCopies();
        var sink = new FakeLogSink();
        hub.logs(new LogOptions(true, -1, null, null), sink, executor);
        int read = 0;
        for (int n = 1; n < 200; n++) {
            if (n % 10 == 0) {
                // two rotations may come between two looks; more would take away what was not read
                for (; n % 20 == 0 && read < n; read++) {
                    assertEquals(read + "\n", sink.next());
                }
                rotate(4);
            }
            write(n);
        }
        for (; read < 200; read++) {
            assertEquals(read + "\n", sink.next());
        }
        hub.finish();
        assertTrue(sink.all().endsWith("199\n"));
    }

    @Test
    void severalRotationsBetweenTwoLooks() throws Exception {
        var hub = hub(Map.of("max-size", "1k", "max-file", "5"));
        var io = new KeepingIo();
        hub.beginCopies(io);
        write(0);
        var first = new FakeLogSink();
        hub.logs(new LogOptions(false, -1, null, null), first, Runnable::run);
        assertEquals("0\n", first.all());
        for (int n = 1; n < 4; n++) {
            rotate(5);
            write(n);
        }
        var all = new FakeLogSink();
        hub.logs(new LogOptions(false, -1, null, null), all, Runnable::run);
        assertEquals("0\n1\n2\n3\n", all.all());
        var tail = new FakeLogSink();
        hub.logs(new LogOptions(false, 2, null, null), tail, Runnable::run);
        assertEquals("2\n3\n", tail.all());
        hub.finish();
    }
}

package dev.felucca.core.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.container.ContainerStreams.LogOptions;
import dev.felucca.api.container.ContainerStreams.LogReading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log as a user reads it. */
class LogFileTest {
    @TempDir
    Path folder;

    private Path file = Path.of("");
    private final ExecutorService executor = Executors.newFixedThreadPool(2);

    @BeforeEach
    void name() {
        file = folder.resolve("c-json.log");
    }

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    private StreamHub hub(Map<String, String> options) {
        return new StreamHub(file, options, new LogWatch(), false, false, false);
    }

    private static LogReading read(StreamHub hub, LogOptions options, FakeLogSink sink, ExecutorService executor) {
        return hub.logs(options, sink, executor);
    }

    private String read(StreamHub hub, LogOptions options) throws Exception {
        var sink = new FakeLogSink();
        read(hub, options, sink, executor);
        return sink.all();
    }

    private static LogOptions tail(int n) {
        return new LogOptions(false, n, null, null);
    }

    private static final LogOptions ALL = tail(-1);
    private static final LogOptions FOLLOW = new LogOptions(true, -1, null, null);

    private static String numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> i + "\n").collect(Collectors.joining());
    }

    private StreamHub ran(Map<String, String> options, String output) {
        var hub = hub(options);
        var io = FakeIo.pipes();
        hub.begin(io);
        io.out(output);
        hub.finish();
        return hub;
    }

    private static String entry(String log, String time) {
        return "{\"log\":\"" + log + "\\n\",\"stream\":\"stdout\",\"time\":\"" + time + "\"}\n";
    }

    private void appendRaw(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void tailCountsFromTheEnd() throws Exception {
        var hub = ran(Map.of(), numbers(0, 10_000) + "rest");
        assertEquals("", read(hub, tail(0)));
        assertEquals("rest", read(hub, tail(1)));
        assertEquals("9998\n9999\nrest", read(hub, tail(3)));
        assertEquals(numbers(0, 10_000) + "rest", read(hub, tail(10_001)));
        assertEquals(numbers(0, 10_000) + "rest", read(hub, tail(1_000_000)));
        assertEquals(numbers(0, 10_000) + "rest", read(hub, ALL));
    }

    @Test
    void logThatWasNeverWrittenIsEmpty() throws Exception {
        var hub = hub(Map.of());
        assertEquals("", read(hub, ALL));
        assertEquals("", read(hub, tail(3)));
        assertEquals("", read(hub, FOLLOW));
    }

    @Test
    void rotationKeepsTheNewestFilesAndReadersSeeThemAsOne() throws Exception {
        var hub = hub(Map.of("max-size", "1k", "max-file", "3"));
        var io = FakeIo.pipes();
        hub.begin(io);
        for (int i = 0; i < 100; i++) {
            io.out(i + "\n");
        }
        try (var names = Files.list(folder)) {
            assertEquals(
                    List.of("c-json.log", "c-json.log.1", "c-json.log.2"),
                    names.map(p -> p.getFileName().toString()).sorted().toList());
        }
        for (int age = 1; age < 3; age++) {
            long size = Files.size(folder.resolve("c-json.log." + age));
            assertTrue(size >= 1000 && size < 1100, "rotated at 1000 bytes, not at " + size);
        }
        String all = read(hub, ALL);
        int first = Integer.parseInt(all.substring(0, all.indexOf('\n')));
        assertTrue(first > 50 && first < 80, all);
        assertEquals(numbers(first, 100), all);
        assertEquals(numbers(75, 100), read(hub, tail(25)));
        // One chunk that is more than a file.
        io.out(numbers(100, 130));
        assertTrue(read(hub, ALL).endsWith(numbers(105, 130)));
        hub.finish();
    }

    @Test
    void oneFileBeginsAnewWhenItIsFull() throws Exception {
        var hub = ran(Map.of("max-size", "1k"), numbers(0, 50));
        String all = read(hub, ALL);
        assertTrue(all.endsWith("49\n") && all.length() < 50, all);
        assertTrue(Files.size(file) < 1100);
    }

    @Test
    void followHearsEachEntryAcrossRotationsUntilTheRunEnds() throws Exception {
        var hub = hub(Map.of("max-size", "1k", "max-file", "2"));
        var io = FakeIo.pipes();
        hub.begin(io);
        io.out("0\n");
        var sink = new FakeLogSink();
        read(hub, FOLLOW, sink, executor);
        assertEquals("0\n", sink.next());
        for (int i = 1; i < 200; i++) {
            io.out(i + "\n");
            assertEquals(i + "\n", sink.next());
        }
        assertFalse(sink.ended());
        io.out("no line feed");
        io.endAll();
        assertEquals("no line feed", sink.next());
        hub.finish();
        assertEquals(numbers(0, 200) + "no line feed", sink.all());
    }

    @Test
    void followBeforeTheFirstEntryAndWithTail() throws Exception {
        var hub = hub(Map.of());
        var io = FakeIo.pipes();
        hub.begin(io);
        var early = new FakeLogSink();
        read(hub, FOLLOW, early, executor);
        io.out("a\nb\n");
        assertEquals("a\n", early.next());
        assertEquals("b\n", early.next());
        var late = new FakeLogSink();
        read(hub, new LogOptions(true, 1, null, null), late, executor);
        assertEquals("b\n", late.next());
        io.out("c\n");
        assertEquals("c\n", late.next());
        hub.close();
        assertEquals("b\nc\n", late.all());
        assertEquals("a\nb\nc\n", early.all());
    }

    @Test
    void followEndsWhenItIsClosedOrItsTimeIsOver() throws Exception {
        var hub = hub(Map.of());
        var io = FakeIo.pipes();
        hub.begin(io);
        io.out("a\n");
        var closed = new FakeLogSink();
        LogReading reading = read(hub, FOLLOW, closed, executor);
        assertEquals("a\n", closed.next());
        reading.close();
        assertEquals("a\n", closed.all());
        var timed = new FakeLogSink();
        read(hub, new LogOptions(true, -1, null, Instant.now().plusMillis(50)), timed, executor);
        assertEquals("a\n", timed.all());
        hub.finish();
    }

    @Test
    void followerThatFailsHearsWhy() throws Exception {
        var hub = ran(Map.of(), "a\n");
        var failure = new java.util.concurrent.CompletableFuture<Throwable>();
        hub.logs(
                ALL,
                new dev.felucca.api.container.ContainerStreams.LogSink() {
                    @Override
                    public void entry(Instant time, dev.felucca.api.exec.StreamKind stream, byte[] line) {
                        throw new IllegalStateException("client gone");
                    }

                    @Override
                    public void end(@org.jspecify.annotations.Nullable Throwable cause) {
                        failure.complete(cause);
                    }
                },
                executor);
        assertEquals("client gone", failure.get().getMessage());
    }

    @Test
    void sinceAndUntilChooseByTime() throws Exception {
        for (int s = 0; s < 5; s++) {
            appendRaw(entry("l" + s, "2026-01-01T00:00:0" + s + ".5Z"));
        }
        var hub = hub(Map.of());
        Instant one = Instant.parse("2026-01-01T00:00:01.5Z");
        Instant three = Instant.parse("2026-01-01T00:00:03.5Z");
        assertEquals("l1\nl2\nl3\n", read(hub, new LogOptions(false, -1, one, three)));
        assertEquals("l2\nl3\n", read(hub, new LogOptions(false, 3, one, three)));
        assertEquals("l3\nl4\n", read(hub, new LogOptions(false, -1, three, null)));
    }

    @Test
    void entriesOfOthersAreReadAndGarbageIsSkipped() throws Exception {
        appendRaw(entry("a", "2026-01-01T02:00:00.5+02:00"));
        appendRaw("garbage\n\n{\"log\":3}\n\0\0\0\n[1]\n{\"log\":\"x\",\"time\":\"yesterday\"}\n");
        appendRaw(
                "{\"attrs\":{\"k\":[\"v\"]},\"time\":\"2026-01-01T00:00:01Z\",\"log\":\"b\\u0021\\t\\n\",\"stream\":\"stderr\",\"n\":1}\n");
        appendRaw("x".repeat(3 << 20) + "\n" + entry("c", "2026-01-01T00:00:01Z"));
        assertEquals("a\n!b!\t\nc\n", read(hub(Map.of()), ALL));
    }

    @Test
    void tornEntryOfACrashIsSkippedAndWritingGoesOnInAFreshLine() throws Exception {
        appendRaw(entry("whole", "2026-01-01T00:00:00Z"));
        appendRaw("{\"log\":\"to");
        var hub = hub(Map.of());
        assertEquals("whole\n", read(hub, ALL));
        assertEquals("whole\n", read(hub, tail(1)));
        var io = FakeIo.pipes();
        hub.begin(io);
        io.out("next\n");
        hub.finish();
        assertEquals("whole\nnext\n", read(hub, ALL));
        assertEquals(2, Files.readAllLines(file).size());
    }

    @Test
    void logThatSomebodyEmptiedIsFollowedFromItsNewBeginning() throws Exception {
        var hub = hub(Map.of());
        var io = FakeIo.pipes();
        hub.begin(io);
        io.out("a long line before\n");
        var sink = new FakeLogSink();
        read(hub, FOLLOW, sink, executor);
        assertEquals("a long line before\n", sink.next());
        Files.write(file, new byte[0]);
        io.out("b\n");
        assertEquals("b\n", sink.next());
        hub.finish();
        assertEquals("b\n", read(hub, ALL));
    }

    @Test
    void logIsNotReadableByOthers() throws Exception {
        ran(Map.of(), "secret\n");
        assertEquals(
                "rw-r-----",
                java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertTrue(Files.readString(file, StandardCharsets.UTF_8)
                .startsWith("{\"log\":\"secret\\n\",\"stream\":\"stdout\",\"time\":\"2"));
    }

    @Test
    void logThatCannotBeWrittenDoesNotStopTheContainer() throws Exception {
        var hub = new StreamHub(folder.resolve("missing/c-json.log"), Map.of(), new LogWatch(), false, false, false);
        var client = new FakeClient();
        hub.attach(false, client);
        var io = FakeIo.pipes();
        hub.begin(io);
        assertTrue(io.out("a\nb\n"));
        hub.finish();
        assertEquals("a\nb\n[STDOUT][STDERR]", client.toString());
        String wrong = hub.logIncomplete().orElseThrow();
        assertTrue(wrong.contains("2 entries lost") && wrong.contains("missing"), wrong);
    }
}

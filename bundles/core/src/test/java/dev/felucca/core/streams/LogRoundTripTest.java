package dev.felucca.core.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.felucca.api.container.ContainerStreams.LogOptions;
import dev.felucca.api.container.ContainerStreams.LogSink;
import dev.felucca.api.exec.StreamKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever two streams give in whatever chunks comes back from the log, each stream in its order. */
class LogRoundTripTest {
    @TempDir
    Path folder;

    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    /** Keeps the streams apart. */
    private static final class Collected implements LogSink {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final CompletableFuture<Boolean> end = new CompletableFuture<>();

        @Override
        public void entry(Instant time, StreamKind stream, byte[] line) {
            (stream == StreamKind.STDERR ? err : out).writeBytes(line);
        }

        @Override
        public void end(@Nullable Throwable failure) {
            end.complete(failure == null);
        }

        void check(ByteArrayOutputStream wroteOut, ByteArrayOutputStream wroteErr) throws Exception {
            assertEquals(true, end.get(10, TimeUnit.SECONDS));
            assertEquals(text(wroteOut.toByteArray()), out.toString(StandardCharsets.UTF_8));
            assertEquals(text(wroteErr.toByteArray()), err.toString(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void roundTrip(int seed) throws Exception {
        var random = new Random(seed);
        var hub = new StreamHub(
                folder.resolve("c-json.log"),
                Map.of("max-size", "30k", "max-file", "1000"),
                new LogWatch(),
                false,
                false,
                false);
        var io = FakeIo.pipes();
        hub.begin(io);
        var follower = new Collected();
        hub.logs(new LogOptions(true, -1, null, null), follower, executor);
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        for (int i = 0; i < 60; i++) {
            byte[] chunk = chunk(random);
            boolean toErr = random.nextInt(3) == 0;
            (toErr ? err : out).writeBytes(chunk);
            io.out(toErr ? StreamKind.STDERR : StreamKind.STDOUT, chunk);
        }
        hub.finish();
        follower.check(out, err);
        var again = new Collected();
        hub.logs(new LogOptions(false, -1, null, null), again, executor);
        again.check(out, err);
    }

    private static byte[] chunk(Random random) {
        byte[] bytes = new byte[random.nextInt(random.nextInt(4) == 0 ? 40_000 : 200)];
        switch (random.nextInt(4)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> {
                // The bytes that UTF-8 and JSON are about.
                int[] special = {
                    '\n', 'a', '"', '\\', 0xe2, 0x80, 0xa8, 0xa9, 0xf0, 0x9d, 0x84, 0x9e, 0xc3, 0xbf, 0xed, 0xa0
                };
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) special[random.nextInt(special.length)];
                }
            }
            case 2 -> {
                byte[] word = "€äx𝄞".getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = word[i % word.length];
                }
            }
            default -> {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) (random.nextInt(80) == 0 ? '\n' : ' ' + random.nextInt(95));
                }
            }
        }
        return bytes;
    }

    /** Each byte that belongs to no valid sequence as U+FFFD, by Java's own idea of valid. */
    private static String text(byte[] bytes) {
        var s = new StringBuilder();
        for (int i = 0; i < bytes.length; ) {
            // A lead byte says how long the sequence is, if it is one.
            int lead = bytes[i] & 0xff;
            int size = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
            if (size > 1 && (i + size > bytes.length || !valid(bytes, i, size))) {
                size = 0;
            }
            s.append(size == 0 ? "\ufffd" : new String(bytes, i, size, StandardCharsets.UTF_8));
            i += Math.max(1, size);
        }
        return s.toString();
    }

    /** Without the decoder's exceptions, which cost more than all the rest here. */
    private static boolean valid(byte[] bytes, int from, int size) {
        String c = new String(bytes, from, size, StandardCharsets.UTF_8);
        return c.codePointCount(0, c.length()) == 1
                && Arrays.equals(c.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(bytes, from, from + size));
    }
}

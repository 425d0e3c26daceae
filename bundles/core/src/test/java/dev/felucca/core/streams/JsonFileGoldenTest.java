package dev.felucca.core.streams;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.exec.StreamKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The format, by the files that every writer of it is tested with. */
class JsonFileGoldenTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123456789Z");

    @TempDir
    Path folder;

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = JsonFileGoldenTest.class.getResourceAsStream("/json-file/" + name)) {
            assertTrue(in != null, name);
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000, 16383, 16384, 16385, 65536, 1 << 20})
    void encoderWritesTheGoldenLog(int chunk) throws IOException {
        byte[] input = resource("input");
        var encoder = new JsonFileEncoder();
        var splitter = new LineSplitter();
        var out = new ByteArrayOutputStream();
        byte[] tail = JsonFileEncoder.tail(StreamKind.STDOUT, TIME);
        LineSplitter.Lines lines = (bytes, from, to, complete) -> {
            encoder.entry(bytes, from, to, complete, tail);
            out.write(encoder.out, 0, encoder.length);
            encoder.length = 0;
        };
        for (int i = 0; i < input.length; i += chunk) {
            byte[] piece = Arrays.copyOfRange(input, i, Math.min(input.length, i + chunk));
            splitter.split(piece, piece.length, lines);
        }
        splitter.end(lines);
        assertArrayEquals(resource("expected.json"), out.toByteArray());
    }

    @Test
    void hubWritesTheGoldenLogWithTheTimesOfNow() throws IOException {
        Path file = folder.resolve("c-json.log");
        var hub = new StreamHub(file, Map.of(), new LogWatch(), false, false, false);
        var io = FakeIo.pipes();
        Instant before = Instant.now();
        hub.begin(io);
        io.out(StreamKind.STDOUT, resource("input"));
        hub.finish();
        String log = Files.readString(file, StandardCharsets.UTF_8);
        String time = "\"time\":\"2[-0-9]+T[:0-9]+(\\.[0-9]*[1-9])?Z\"}\n";
        assertEquals(
                new String(resource("expected.json"), StandardCharsets.UTF_8),
                log.replaceAll(time, "\"time\":\"" + TIME + "\"}\n"));
        byte[] first = log.substring(0, log.indexOf('\n')).getBytes(StandardCharsets.UTF_8);
        Instant logged =
                JsonFileDecoder.decode(first, 0, first.length).orElseThrow().time();
        assertTrue(!logged.isBefore(before) && !logged.isAfter(Instant.now()), "logged at " + logged);
    }

    @Test
    void timesAreTrimmedAsGoPrintsThem() {
        assertEquals("2026-01-01T00:00:00Z", JsonFileEncoder.time(Instant.parse("2026-01-01T00:00:00Z")));
        assertEquals("2026-12-31T23:59:59.1Z", JsonFileEncoder.time(Instant.parse("2026-12-31T23:59:59.100Z")));
        assertEquals("2026-01-01T00:00:00.000000001Z", JsonFileEncoder.time(Instant.ofEpochSecond(1767225600, 1)));
        assertEquals("2026-01-01T00:00:00.01002Z", JsonFileEncoder.time(Instant.ofEpochSecond(1767225600, 10_020_000)));
    }
}

package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import dev.felucca.api.exec.StreamKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Test;

/** Standard streams, the terminal and the log. */
public class StreamMatrixIT extends MatrixBase {
    private static final int FLOOD = 16 << 20;

    public StreamMatrixIT(Combo combo) {
        super(combo);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    public void outputAndErrorsStayApart() throws Exception {
        Felucca.Result r = felucca.run(sh("echo out; echo err >&2; printf 'no end of line'"));
        assertEquals("out\nno end of line", r.out());
        assertEquals("err\n", r.err());
    }

    @Test
    public void theLogHasEveryLineWithItsTime() throws Exception {
        String id = felucca.create(sh("for i in 1 2 3; do echo line $i; done; echo bad >&2"));
        felucca.run(id, false);
        List<Felucca.Entry> all = felucca.logs(id, -1);
        List<String> out = all.stream()
                .filter(e -> e.stream() == StreamKind.STDOUT)
                .map(Felucca.Entry::line)
                .toList();
        assertEquals(List.of("line 1\n", "line 2\n", "line 3\n"), out);
        assertEquals(4, all.size());
        assertFalse(all.get(0).time().isBefore(felucca.info(id).created()));
        assertEquals(2, felucca.logs(id, 2).size());
    }

    @Test
    public void inputReachesTheProgramAndEnds() throws Exception {
        String id = felucca.create(busybox("cat").stdin());
        Output output = new Output();
        try (var a = felucca.attach(id, true, output)) {
            a.stdin(bytes("before the start\n"), n -> {});
            felucca.start(id);
            a.stdin(bytes("after it\n"), n -> {});
            output.await(o -> o.endsWith("after it\n"));
            a.closeStdin();
            assertEquals(0, felucca.waitFor(id));
        }
        assertEquals("before the start\nafter it\n", output.out());
    }

    @Test
    public void aTerminalHasASize() throws Exception {
        String id = felucca.create(sh("test -t 0 && test -t 1 && echo terminal; read line; stty size")
                .tty()
                .stdin());
        Output output = new Output();
        try (var a = felucca.attach(id, true, output)) {
            felucca.start(id);
            output.await(o -> o.contains("terminal"));
            a.resize(40, 100);
            a.stdin(bytes("go\n"), n -> {});
            output.await(o -> o.contains("40 100"));
            assertEquals(0, felucca.waitFor(id));
        }
    }

    @Test
    public void aFloodLosesNothing() throws Exception {
        String id = felucca.create(sh("head -c " + FLOOD + " /dev/zero | tr '\\0' x"));
        Output output = new Output();
        try (var a = felucca.attach(id, false, output)) {
            felucca.start(id);
            assertEquals(0, felucca.waitFor(id));
            output.awaitEnd(StreamKind.STDOUT, StreamKind.STDERR);
        }
        assertEquals(FLOOD, output.size(StreamKind.STDOUT));
        int logged =
                felucca.logs(id, -1).stream().mapToInt(e -> e.line().length()).sum();
        assertEquals(FLOOD, logged);
    }

    @Test
    public void aFloodDelaysNoKill() throws Exception {
        String id = felucca.start(busybox("yes"));
        assertEquals(0, felucca.run(busybox("true")).code());
        felucca.kill(id, 9);
        assertEquals(137, felucca.waitFor(id));
        assertTrue(felucca.logs(id, 1).get(0).line().startsWith("y"));
    }

    @Test
    public void aProgramThatClosesItsOutputRunsOn() throws Exception {
        String id = felucca.create(sh("exec >&- 2>&-; sleep 0.2; exit 5"));
        assertEquals(5, felucca.run(id, false).code());
    }
}

package dev.felucca.core.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerStreams.LogOptions;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamHubTest {
    @TempDir
    Path folder;

    private StreamHub hub(boolean tty, boolean openStdin, boolean stdinOnce) {
        return new StreamHub(folder.resolve("c-json.log"), Map.of(), new LogWatch(), tty, openStdin, stdinOnce);
    }

    private static ByteBuffer bytes(String s) {
        return ByteBuffer.wrap(s.getBytes(StandardCharsets.UTF_8));
    }

    private static String logged(StreamHub hub) throws Exception {
        var sink = new FakeLogSink();
        hub.logs(new LogOptions(false, -1, null, null), sink, Runnable::run);
        return sink.all();
    }

    @Test
    void clientAttachedBeforeBeginHearsAllAndEachEndOnce() throws Exception {
        var hub = hub(false, false, false);
        var client = new FakeClient();
        hub.attach(false, client);
        var io = FakeIo.pipes();
        hub.begin(io);
        var drained = hub.drained().toCompletableFuture();
        assertTrue(io.out("a\nb"));
        io.out(StreamKind.STDERR, "e\n".getBytes(StandardCharsets.UTF_8));
        io.out("c\n");
        assertFalse(drained.isDone());
        io.end(StreamKind.STDOUT);
        assertFalse(drained.isDone(), "stderr is still open");
        io.end(StreamKind.STDERR);
        assertTrue(drained.isDone());
        hub.finish();
        assertEquals("a\nb!e\nc\n[STDOUT][STDERR]", client.toString());
        assertEquals("a\n!e\nbc\n", logged(hub));
    }

    @Test
    void lateClientHearsTheRestAndTheEndsThatWere() {
        var hub = hub(false, false, false);
        var io = FakeIo.pipes();
        hub.begin(io);
        io.out("early\n");
        io.end(StreamKind.STDERR);
        var client = new FakeClient();
        hub.attach(false, client);
        io.out("late\n");
        hub.finish();
        assertEquals("[STDERR]late\n[STDOUT]", client.toString());
    }

    @Test
    void slowClientPausesTheStreamUntilAllHaveResumed() {
        var hub = hub(false, false, false);
        var slow1 = new FakeClient();
        var slow2 = new FakeClient();
        var fast = new FakeClient();
        slow1.slow = slow2.slow = true;
        var one = hub.attach(false, slow1);
        var two = hub.attach(false, slow2);
        var three = hub.attach(false, fast);
        var io = FakeIo.pipes();
        hub.begin(io);
        assertFalse(io.out("x"));
        one.resume(StreamKind.STDOUT);
        three.resume(StreamKind.STDOUT);
        two.resume(StreamKind.STDERR);
        assertEquals(List.of(), io.calls);
        two.resume(StreamKind.STDOUT);
        two.resume(StreamKind.STDOUT);
        assertEquals(List.of("resume STDOUT"), io.calls);
        assertFalse(io.out("y"));
        assertEquals("xy", fast.toString());
        // The only ones that pause leave.
        one.close();
        assertEquals(1, io.calls.size());
        two.close();
        assertEquals(List.of("resume STDOUT", "resume STDOUT"), io.calls);
        assertTrue(io.out("z"));
        assertEquals("xy", slow1.toString());
        assertEquals("xyz", fast.toString());
    }

    @Test
    void resumeFromAnotherThreadBeforeTheSinkReturnsCounts() {
        var hub = hub(false, false, false);
        var attachment = new CompletableFuture<dev.felucca.api.container.ContainerStreams.Attachment>();
        attachment.complete(hub.attach(false, new OutputSink() {
            @Override
            public boolean output(StreamKind stream, ByteBuffer data) {
                attachment.join().resume(stream);
                return false;
            }

            @Override
            public void end(StreamKind stream) {}
        }));
        var io = FakeIo.pipes();
        hub.begin(io);
        assertTrue(io.out("x"), "else nobody would ever resume");
    }

    @Test
    void clientThatFailsIsDetachedAndHarmsNobody() throws Exception {
        var hub = hub(false, false, false);
        hub.attach(false, new OutputSink() {
            @Override
            public boolean output(StreamKind stream, ByteBuffer data) {
                throw new IllegalStateException("broken client");
            }

            @Override
            public void end(StreamKind stream) {}
        });
        var other = new FakeClient();
        hub.attach(false, other);
        var io = FakeIo.pipes();
        hub.begin(io);
        assertTrue(io.out("x\n"));
        assertTrue(io.out("y\n"));
        hub.finish();
        assertEquals("x\ny\n[STDOUT][STDERR]", other.toString());
        assertEquals("x\ny\n", logged(hub));
    }

    @Test
    void twoRunsHaveTheirOwnClientsAndOneLog() throws Exception {
        var hub = hub(false, false, false);
        var first = new FakeClient();
        hub.attach(false, first);
        var io1 = FakeIo.pipes();
        hub.begin(io1);
        io1.out("one");
        hub.finish();
        var second = new FakeClient();
        hub.attach(false, second);
        var io2 = FakeIo.pipes();
        hub.begin(io2);
        io2.out("two\n");
        io2.endAll();
        hub.finish();
        assertEquals("one[STDOUT][STDERR]", first.toString());
        assertEquals("two\n[STDOUT][STDERR]", second.toString());
        assertEquals("onetwo\n", logged(hub));
    }

    @Test
    void clientOfAStartThatFailsHearsTheEnd() {
        var hub = hub(true, false, false);
        var client = new FakeClient();
        hub.attach(false, client);
        hub.finish();
        assertEquals("[STDOUT]", client.toString());
        var waiting = new FakeClient();
        hub.attach(false, waiting);
        hub.close();
        assertEquals("[STDOUT]", waiting.toString());
        assertThrows(EngineException.class, () -> hub.attach(false, new FakeClient()));
    }

    @Test
    void stdinSentBeforeBeginIsDeliveredInOrderAndEndsWithItsClientIfOnce() {
        var hub = hub(false, true, true);
        var client = hub.attach(true, new FakeClient());
        var written = new ArrayList<Long>();
        client.stdin(bytes("ab"), written::add);
        client.closeStdin();
        var io = FakeIo.pipes();
        assertEquals(List.of(), written);
        hub.begin(io);
        assertEquals(List.of("closeStdin after ab"), io.calls);
        assertEquals(List.of(2L), written);
    }

    @Test
    void stdinOnceEndsWhenItsClientLeaves() {
        var hub = hub(false, true, true);
        var io = FakeIo.pipes();
        hub.begin(io);
        var looker = hub.attach(false, new FakeClient());
        var client = hub.attach(true, new FakeClient());
        client.stdin(bytes("x"), n -> {});
        looker.close();
        assertFalse(io.stdinClosed);
        client.close();
        client.close();
        assertEquals(List.of("closeStdin after x"), io.calls);
    }

    @Test
    void keptStdinPassesFromClientToClient() {
        var hub = hub(false, true, false);
        var io = FakeIo.pipes();
        hub.begin(io);
        var one = hub.attach(true, new FakeClient());
        one.stdin(bytes("1"), n -> {});
        one.closeStdin();
        one.close();
        hub.attach(true, new FakeClient()).stdin(bytes("2"), n -> {});
        assertEquals("12", io.stdin.toString(StandardCharsets.UTF_8));
        assertFalse(io.stdinClosed);
    }

    @Test
    void stdinThatIsNotOpenIsRefused() {
        var hub = hub(false, false, false);
        var e = assertThrows(EngineException.class, () -> hub.attach(true, new FakeClient()));
        assertEquals(EngineException.Kind.INVALID, e.kind());
    }

    @Test
    void terminalHasOneStreamAndASize() {
        var hub = hub(true, true, true);
        var client = new FakeClient();
        var attachment = hub.attach(true, client);
        attachment.resize(24, 80);
        var io = new FakeIo(StreamKind.STDOUT);
        hub.begin(io);
        attachment.resize(50, 100);
        assertEquals(List.of("resize 24x80", "resize 50x100"), io.calls);
        io.out("hi\r\n");
        io.endAll();
        assertTrue(hub.drained().toCompletableFuture().isDone());
        hub.finish();
        assertEquals("hi\r\n[STDOUT]", client.toString());
    }
}

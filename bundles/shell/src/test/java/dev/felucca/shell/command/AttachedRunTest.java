package dev.felucca.shell.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.DetachKeys;
import dev.felucca.api.exec.ExecFailedException;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.shell.terminal.WindowSize;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AttachedRunTest {
    private final FakeEngine engine = new FakeEngine();
    private final FakeTerminal terminal = new FakeTerminal();
    private final FakeStreams streams = new FakeStreams();

    @BeforeEach
    void setUp() {
        engine.streams = streams;
    }

    private CompletableFuture<Integer> run(String... words) {
        return CompletableFuture.supplyAsync(() -> engine.run(terminal, words));
    }

    @Test
    void outputIsSplitAndTheExitCodeIsTheContainers() {
        var run = run("run", "--rm", "busybox", "sh");
        streams.output(StreamKind.STDOUT, "out");
        streams.output(StreamKind.STDERR, "err");
        streams.end();
        engine.lifecycle.exit.complete(FakeLifecycle.exited(42));
        assertEquals(42, run.join());
        assertEquals("out", terminal.outText());
        assertEquals("err", terminal.errText());
        String id = FakeLifecycle.ID;
        assertEquals(List.of("create null", "wait " + id + " REMOVED", "start " + id), engine.lifecycle.calls);
        assertFalse(streams.attachedStdin);
        assertEquals(0, streams.left.getCount());
    }

    @Test
    void aSlowCallerPausesTheStreamAndGetsEveryByte() throws Exception {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        Semaphore mayWrite = new Semaphore(0);
        terminal.output(new OutputStream() {
            @Override
            public void write(int b) {
                seen.write(b);
            }

            @Override
            public void write(byte[] b, int offset, int length) {
                mayWrite.acquireUninterruptibly();
                seen.write(b, offset, length);
            }
        });
        var run = run("run", "busybox");
        OutputSink sink = streams.sink.join();
        byte[] data = new byte[3_000_000];
        new Random(1).nextBytes(data);
        for (int at = 0; at < data.length; ) {
            int n = Math.min(16 << 10, data.length - at);
            boolean goOn = sink.output(StreamKind.STDOUT, ByteBuffer.wrap(data, at, n));
            at += n;
            if (goOn) continue;
            int queued = at - seen.size();
            assertTrue(queued <= OutputQueue.CAPACITY + (16 << 10), "queued " + queued);
            // the other stream is not held up by this one
            assertTrue(sink.output(StreamKind.STDERR, ByteBuffer.wrap(new byte[] {'e'})));
            mayWrite.release(1000);
            assertEquals(StreamKind.STDOUT, streams.resumed.take());
            mayWrite.drainPermits();
        }
        mayWrite.release(1000);
        streams.end();
        engine.lifecycle.exit.complete(FakeLifecycle.exited(0));
        assertEquals(0, run.join());
        assertArrayEquals(data, seen.toByteArray());
    }

    @Test
    void standardInputGoesInAndEnds() throws Exception {
        terminal.input("hello");
        var run = run("run", "-i", "busybox", "cat");
        streams.stdinClosed.await();
        assertEquals("hello", streams.stdin.toString(StandardCharsets.UTF_8));
        assertTrue(streams.attachedStdin);
        streams.end();
        engine.lifecycle.exit.complete(FakeLifecycle.exited(0));
        assertEquals(0, run.join());
    }

    @Test
    void inputIsTakenNoFasterThanTheProcessReads() throws Exception {
        byte[] data = new byte[1_000_000];
        new Random(2).nextBytes(data);
        ByteArrayInputStream in = new ByteArrayInputStream(data);
        terminal.stdin = in;
        streams.readsStdin = false;
        var run = run("run", "-i", "busybox", "cat");
        while (streams.stdin.size() < data.length) {
            Runnable read = streams.unread.take();
            assertTrue(data.length - in.available() <= streams.stdin.size() + StdinFeed.WINDOW);
            read.run();
        }
        streams.stdinClosed.await();
        assertArrayEquals(data, streams.stdin.toByteArray());
        streams.end();
        engine.lifecycle.exit.complete(FakeLifecycle.exited(0));
        run.join();
    }

    @Test
    void signalsAreForwardedEvenBeforeTheStart() throws Exception {
        CompletableFuture<Void> started = new CompletableFuture<>();
        engine.lifecycle.started = started;
        var run = run("run", "busybox");
        streams.sink.join();
        while (terminal.signals.isEmpty()) Thread.onSpinWait();
        terminal.signals.get(0).accept(2);
        assertFalse(engine.lifecycle.calls.toString().contains("kill"));
        started.complete(null);
        String kill = "kill " + FakeLifecycle.ID + " ";
        while (!engine.lifecycle.calls.contains(kill + 2)) Thread.onSpinWait();
        terminal.signals.get(0).accept(15);
        assertTrue(engine.lifecycle.calls.contains(kill + 15));
        streams.end();
        engine.lifecycle.exit.complete(FakeLifecycle.exited(143));
        assertEquals(143, run.join());
        assertTrue(terminal.signals.isEmpty() && terminal.hangups.isEmpty());
    }

    @Test
    void withoutSigProxyNobodyListens() {
        var run = run("run", "--sig-proxy=false", "busybox");
        streams.sink.join();
        streams.end();
        engine.lifecycle.exit.complete(FakeLifecycle.exited(0));
        run.join();
        assertTrue(terminal.signals.isEmpty());
    }

    @Test
    void aTerminalIsRawSizedAndLeftByItsKeys() throws Exception {
        terminal.tty = true;
        PipedOutputStream keys = new PipedOutputStream();
        terminal.stdin = new PipedInputStream(keys);
        var run = run("run", "-it", "--rm", "busybox");
        assertEquals("24x80", streams.resizes.take());
        terminal.resizes.get(0).accept(new WindowSize(100, 50));
        assertEquals("50x100", streams.resizes.take());
        keys.write(new byte[] {'a', 16, 'b', 16, 16, 17});
        keys.flush();
        assertEquals(0, run.join());
        assertArrayEquals(new byte[] {'a', 16, 'b', 16}, streams.stdin.toByteArray());
        assertEquals(List.of(true, false), terminal.raws);
        assertTrue(terminal.signals.isEmpty());
        assertEquals(0, streams.left.getCount());
        keys.close();
    }

    @Test
    void aCallerThatIsGoneLeavesTheContainerRunning() throws Exception {
        var run = run("run", "busybox");
        OutputSink sink = streams.sink.join();
        while (terminal.hangups.isEmpty()) Thread.onSpinWait();
        terminal.hangups.get(0).run();
        run.join();
        assertEquals(0, streams.left.getCount());
        assertTrue(sink.output(StreamKind.STDOUT, ByteBuffer.allocate(1 << 20)));
        assertFalse(engine.lifecycle.calls.toString().contains("kill"));
    }

    @Test
    void aProgramThatCannotBeExecutedHasDockersCodes() throws IOException {
        for (int code : new int[] {126, 127}) {
            engine.lifecycle.failure = new ExecFailedException("exec: \"nope\": not found", code);
            assertEquals(code, engine.run(terminal, "run", "busybox", "nope"));
            assertEquals(code, engine.run(terminal, "run", "-d", "busybox", "nope"));
        }
        engine.lifecycle.failure = EngineException.conflict("in use");
        assertEquals(125, engine.run(terminal, "run", "busybox"));
        assertTrue(terminal.errText().endsWith("felucca: in use\n"));
    }

    @Test
    void inTheBackgroundOnlyTheIdIsPrinted() {
        assertEquals(0, engine.run(terminal, "run", "-d", "-i", "busybox"));
        assertEquals(FakeLifecycle.ID + "\n", terminal.outText());
        assertFalse(streams.sink.isDone());
    }

    @Test
    void onlyTheAttachedStreamsAreShown() {
        var run = run("run", "-a", "stderr", "busybox");
        streams.output(StreamKind.STDOUT, "out");
        streams.output(StreamKind.STDERR, "err");
        streams.end();
        engine.lifecycle.exit.complete(FakeLifecycle.exited(0));
        run.join();
        assertEquals("", terminal.outText());
        assertEquals("err", terminal.errText());
    }

    @Test
    void detachKeysAreFoundAcrossPieces() {
        DetachKeys k = DetachKeys.parse("a,a,b");
        assertEquals("", sent(k, "a"));
        assertEquals("a", sent(k, "aa"));
        assertEquals("aac", sent(k, "c"));
        DetachKeys.Found found = k.scan("xaab".getBytes(StandardCharsets.UTF_8), 4);
        assertTrue(found.detach());
        assertEquals(ByteBuffer.wrap(new byte[] {'x'}), found.send());
        assertEquals("anything", sent(DetachKeys.parse(""), "anything"));
    }

    private static String sent(DetachKeys keys, String typed) {
        DetachKeys.Found found = keys.scan(typed.getBytes(StandardCharsets.UTF_8), typed.length());
        assertFalse(found.detach());
        return StandardCharsets.UTF_8.decode(found.send()).toString();
    }
}

package dev.felucca.door.services;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Processes;
import dev.felucca.door.Ptys;
import dev.felucca.door.Pump;
import dev.felucca.door.Spawn;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PumpTest {
    private final PumpComponent pump = new PumpComponent();

    @AfterEach
    void close() {
        pump.close();
    }

    /** Collects all; pauses after each piece if told so. */
    private static final class Collector implements Pump.Sink {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        final BlockingQueue<Integer> pieces = new LinkedBlockingQueue<>();
        final CompletableFuture<Optional<KernelException>> end = new CompletableFuture<>();
        final Answer answer;

        Collector(Answer answer) {
            this.answer = answer;
        }

        @Override
        public Answer data(ByteBuffer piece) {
            byte[] b = new byte[piece.remaining()];
            piece.get(b);
            all.writeBytes(b);
            pieces.add(b.length);
            return answer;
        }

        @Override
        public void end(Optional<KernelException> failure) {
            end.complete(failure);
        }

        String text() throws Exception {
            assertEquals(Optional.empty(), end.get(20, TimeUnit.SECONDS));
            return all.toString(StandardCharsets.UTF_8);
        }
    }

    /** What a writer's listener hears. */
    private static final class Progress implements Pump.WriterListener {
        final AtomicInteger consumed = new AtomicInteger();
        final BlockingQueue<Integer> steps = new LinkedBlockingQueue<>();
        final CompletableFuture<Optional<KernelException>> end = new CompletableFuture<>();

        @Override
        public void consumed(int bytes) {
            consumed.addAndGet(bytes);
            steps.add(bytes);
        }

        @Override
        public void ended(Optional<KernelException> failure) {
            end.complete(failure);
        }
    }

    private static ByteBuffer bytes(String s) {
        return ByteBuffer.wrap(s.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsAProgramsOutputToItsEnd() throws Exception {
        var out = Descriptors.pipe(0);
        int pid = Spawn.of("/bin/sh", List.of("sh", "-c", "seq 1 50000"))
                .env("PATH", "/bin:/usr/bin")
                .fd(1, out.writer())
                .start();
        out.writer().close();
        var sink = new Collector(Pump.Sink.Answer.GO_ON);
        pump.read("k", out.reader(), sink);
        String text = sink.text();
        assertTrue(text.startsWith("1\n2\n") && text.endsWith("\n50000\n"));
        assertEquals(50000, text.lines().count());
        assertFalse(out.reader().isOpen(), "the pump closes what it took over");
        Processes.wait(pid);
    }

    @Test
    void pauseHoldsTheStreamBack() throws Exception {
        var p = Descriptors.pipe(Descriptors.O_NONBLOCK);
        var sink = new Collector(Pump.Sink.Answer.PAUSE);
        var source = pump.read("k", p.reader(), sink);
        Descriptors.writeAll(p.writer(), new byte[] {1});
        assertEquals(1, sink.pieces.poll(20, TimeUnit.SECONDS));
        Descriptors.writeAll(p.writer(), new byte[] {2, 3});
        assertNull(sink.pieces.poll(50, TimeUnit.MILLISECONDS));
        p.writer().close();
        assertNull(sink.pieces.poll(20, TimeUnit.MILLISECONDS));
        source.resume();
        assertEquals(2, sink.pieces.poll(20, TimeUnit.SECONDS));
        assertFalse(sink.end.isDone());
        source.resume();
        sink.text();
        assertArrayEquals(new byte[] {1, 2, 3}, sink.all.toByteArray());
    }

    @Test
    void finishTakesWhatIsThereThoughTheStreamIsHeldOpen() throws Exception {
        try (var p = Descriptors.pipe(0)) {
            Descriptors.writeAll(p.writer(), "rest".getBytes(StandardCharsets.UTF_8));
            var sink = new Collector(Pump.Sink.Answer.GO_ON);
            pump.read("k", p.reader(), sink).finish();
            assertEquals("rest", sink.text());
        }
    }

    @Test
    void finishEndsAFlood() throws Exception {
        var out = Descriptors.pipe(0);
        int pid = Spawn.of("/usr/bin/yes", List.of("yes")).fd(1, out.writer()).start();
        out.writer().close();
        var sink = new Collector(Pump.Sink.Answer.GO_ON);
        var source = pump.read("k", out.reader(), sink);
        assertTrue(sink.pieces.poll(20, TimeUnit.SECONDS) > 0);
        source.finish();
        sink.text();
        assertEquals(13, Processes.wait(pid).signal(), "SIGPIPE, as the stream is closed");
    }

    @Test
    void terminalEndsWithEio() throws Exception {
        var pty = Ptys.open(new Ptys.Size(24, 80));
        var sink = new Collector(Pump.Sink.Answer.GO_ON);
        var progress = new Progress();
        Fd copy = pty.master().dup();
        int pid = Spawn.of("/bin/sh", List.of("sh", "-c", "read x; echo got $x"))
                .fd(0, pty.terminal())
                .fd(1, pty.terminal())
                .start();
        pty.terminal().close();
        pump.read("k", pty.master(), sink);
        Pump.Writer writer = pump.write("k", copy, 100, progress);
        assertTrue(writer.offer(bytes("hello\n")));
        assertTrue(sink.text().contains("got hello\r\n"));
        Processes.wait(pid);
        writer.close();
    }

    @Test
    void writerIsBoundedAndDrainsBeforeItCloses() throws Exception {
        var p = Descriptors.pipe(0);
        int size = Descriptors.setPipeSize(p.writer(), 4096);
        var progress = new Progress();
        Pump.Writer w = pump.write("k", p.writer(), 10_000, progress);
        assertFalse(w.offer(ByteBuffer.allocate(10_001)));
        for (int i = 0; i < 10; i++) {
            assertTrue(w.offer(ByteBuffer.allocate(1000)));
        }
        // Writes of up to PIPE_BUF are atomic (pipe(7)), so the fifth does not fit into the pipe's one page.
        assertEquals(4096, size);
        for (int i = 0; i < 4; i++) {
            assertEquals(1000, progress.steps.poll(20, TimeUnit.SECONDS));
        }
        assertEquals(4000, w.room());
        assertFalse(w.offer(ByteBuffer.allocate(5000)), "the pipe and the queue are full");
        w.end();
        assertFalse(w.offer(ByteBuffer.allocate(1)), "no more after the end");
        assertEquals(10_000, Descriptors.readAll(p.reader(), 20_000).length);
        assertEquals(Optional.empty(), progress.end.get(20, TimeUnit.SECONDS));
        assertEquals(10_000, progress.consumed.get());
        p.reader().close();
    }

    @Test
    void writerHearsOfAClosedReader() throws Exception {
        var p = Descriptors.pipe(0);
        p.reader().close();
        var progress = new Progress();
        Pump.Writer w = pump.write("k", p.writer(), 100, progress);
        assertTrue(w.offer(bytes("x")));
        assertEquals(
                Errno.EPIPE,
                progress.end.get(20, TimeUnit.SECONDS).orElseThrow().errno());
        assertFalse(w.offer(bytes("x")));
        assertFalse(p.writer().isOpen());
    }

    @Test
    void floodDelaysAnotherLittle() throws Exception {
        var out = Descriptors.pipe(0);
        int pid = Spawn.of("/usr/bin/yes", List.of("yes")).fd(1, out.writer()).start();
        out.writer().close();
        long[] flooded = {0};
        var flood = pump.read("same", out.reader(), new Pump.Sink() {
            @Override
            public Answer data(ByteBuffer piece) {
                flooded[0] += piece.remaining();
                return Answer.GO_ON;
            }

            @Override
            public void end(Optional<KernelException> failure) {}
        });
        var quiet = Descriptors.pipe(0);
        var sink = new Collector(Pump.Sink.Answer.GO_ON);
        pump.read("same", quiet.reader(), sink);
        long worst = 0;
        for (int i = 0; i < 200; i++) {
            long t = System.nanoTime();
            Descriptors.writeAll(quiet.writer(), new byte[] {1});
            assertEquals(1, sink.pieces.poll(20, TimeUnit.SECONDS));
            worst = Math.max(worst, System.nanoTime() - t);
        }
        System.out.println("worst delay beside a flood of " + (flooded[0] >> 20) + " MiB: " + worst / 1000 + " us");
        assertTrue(worst < 2_000_000_000L, "delayed by " + worst + " ns");
        flood.close();
        quiet.writer().close();
        sink.text();
        Processes.wait(pid);
    }
}

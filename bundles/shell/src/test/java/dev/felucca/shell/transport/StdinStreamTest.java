package dev.felucca.shell.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class StdinStreamTest {
    private final LinkedBlockingQueue<Integer> grants = new LinkedBlockingQueue<>();
    private final StdinStream stdin = new StdinStream(grants::add);

    @Test
    void nothingIsTakenBeforeTheFirstRead() throws Exception {
        assertThrows(ProtocolException.class, () -> stdin.put(ByteBuffer.wrap(new byte[1])));
        assertEquals(0, grants.size());
        Thread client = new Thread(() -> {
            try {
                assertEquals(StdinStream.WINDOW, grants.take());
                stdin.put(ByteBuffer.wrap(new byte[] {7, 8}));
                stdin.end();
            } catch (InterruptedException | IOException e) {
                throw new IllegalStateException(e);
            }
        });
        client.start();
        assertEquals(7, stdin.read());
        client.join();
        assertEquals(8, stdin.read());
        assertEquals(-1, stdin.read());
        assertEquals(0, grants.size());
    }

    @Test
    void aBulkReaderIsGrantedMoreAsItReads() throws Exception {
        long sent = 0;
        long allowed = 0;
        byte[] buffer = new byte[10_000];
        Thread first = new Thread(() -> {
            try {
                assertEquals(0, stdin.read(buffer, 0, 1) - 1);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        first.start();
        allowed += grants.take();
        long read = 0;
        while (read < 1_000_000) {
            int n = (int) Math.min(allowed - sent, 16 << 10);
            if (n > 0) {
                stdin.put(ByteBuffer.wrap(new byte[n]));
                sent += n;
                first.join();
            }
            read += stdin.read(buffer, 0, buffer.length);
            for (Integer g; (g = grants.poll()) != null; ) allowed += g;
        }
    }

    @Test
    void aCancelledReaderLeavesTheInputToTheNext() throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread first = new Thread(() -> ended.complete(assertThrows(InterruptedIOException.class, () -> stdin.read())));
        first.start();
        assertEquals(StdinStream.WINDOW, grants.take());
        stdin.cancel(first);
        assertTrue(ended.get() instanceof InterruptedIOException);
        assertFalse(first.isInterrupted(), "an interrupt closes a channel that the thread writes to");
        stdin.put(ByteBuffer.wrap(new byte[] {9}));
        assertEquals(9, stdin.read());
    }

    @Test
    void moreThanGrantedAndAnythingAfterTheEndIsRefused() throws Exception {
        stdin.end();
        assertEquals(-1, stdin.read());
        assertThrows(ProtocolException.class, () -> stdin.put(ByteBuffer.wrap(new byte[0])));
        stdin.close();
        stdin.put(ByteBuffer.wrap(new byte[5])); // under way when the command ended
        assertEquals(-1, stdin.read());
    }
}

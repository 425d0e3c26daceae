package dev.felucca.door.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Message;
import dev.felucca.door.Sockets;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Version 1 of the protocol, word for word, as the shims of the first release speak it: they live on under newer engines. So what is
 * written here never changes; what a later version adds gets tests of its own. The shim's side is held by shim_test.c.
 */
class ShimLinkTest {
    private static final int PID = 4321;

    private final Sockets.Pair pair = Sockets.pair(Sockets.SOCK_SEQPACKET);
    private final Fd shim = pair.second();

    @AfterEach
    void close() {
        pair.close();
    }

    private static byte[] packet(String text, int... words) {
        ByteBuffer head = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int w : words) {
            head.putInt(w);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head.array());
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private void say(String text, int... words) {
        Sockets.send(shim, packet(text, words), List.of());
    }

    private ShimLink link() {
        say("", 32, 1, PID);
        return new ShimLink(pair.first());
    }

    /** Takes the next request, which must be this one, and does what follows. */
    private CompletableFuture<Void> expect(String text, int descriptors, Runnable then, int... words) {
        return CompletableFuture.runAsync(() -> {
            try (Message m = Sockets.receive(shim, 65536)) {
                byte[] got = new byte[m.data().remaining()];
                m.data().get(got);
                assertEquals(ByteBuffer.wrap(packet(text, words)).order(ByteOrder.LITTLE_ENDIAN), ByteBuffer.wrap(got));
                assertEquals(descriptors, m.descriptors().size());
            }
            then.run();
        });
    }

    private static void done(CompletableFuture<Void> expected) throws Exception {
        expected.get(20, TimeUnit.SECONDS);
    }

    @Test
    void anotherVersionIsRefused() {
        say("", 32, 2, PID);
        EngineException e = assertThrows(EngineException.class, () -> new ShimLink(pair.first()));
        assertTrue(e.message().contains("version 2"), e.message());
    }

    @Test
    void whatItHoldsIsTold() throws Exception {
        try (ShimLink link = link()) {
            assertEquals(PID, link.pid());
            CompletableFuture<Void> asked = expect(
                    "",
                    0,
                    () -> {
                        say("", 36, 0, 77, 1 | 8, 0, 3, 0, 28, 0, 0, 0);
                        say("some-exec", 36, 5, 78, 1 | 2, 7 << 8, 0, 0, 0, 100, 0, 5);
                        say("\0", 33, 1, 0, 0);
                    },
                    10,
                    1);
            List<ShimState> states = link.state();
            done(asked);
            ShimExit none = new ShimExit(0, Instant.ofEpochSecond(0), 3, 28);
            ShimExit seven = new ShimExit(7 << 8, Instant.ofEpochSecond(100, 5), 0, 0);
            assertEquals(
                    List.of(
                            new ShimState(0, 77, true, false, false, true, none, ""),
                            new ShimState(5, 78, true, true, false, false, seven, "some-exec")),
                    states);
            assertEquals(7, states.get(1).exit().toStatus().code());
        }
    }

    @Test
    void execsAreHeldStartedAndAttached() throws Exception {
        try (Descriptors.Pipe p = Descriptors.pipe(0);
                ShimLink link = link()) {
            List<Fd> out = List.of(p.reader(), p.reader());
            CompletableFuture<Void> hold = expect("the-id\0", 4, () -> say("\0", 33, 1, 0, 9), 1, 1, 1, 78, 2, 0, 0, 0);
            ShimLink.Holding holding =
                    new ShimLink.Holding(78, false, out, Optional.of(p.writer()), List.of(p.writer()));
            assertEquals(9, link.holdExec(holding, "the-id"));
            done(hold);
            link.started(9);
            done(expect("", 0, () -> {}, 2, 0, 9));
            CompletableFuture<Void> attach = expect("", 2, () -> say("\0", 33, 2, 0, 0), 6, 2, 9);
            assertEquals(Optional.empty(), link.attach(9, List.of(p.writer(), p.writer())));
            done(attach);
            link.closeStdin(9);
            done(expect("", 0, () -> {}, 7, 0, 9));
        }
    }

    @Test
    void refusalsSayWhatFailed() throws Exception {
        try (Descriptors.Pipe p = Descriptors.pipe(0);
                ShimLink link = link()) {
            CompletableFuture<Void> hold =
                    expect("log\0", 4, () -> say("socket\0", 33, 1, 28, 0), 1, 1, 0, 77, 4, 3, 0x10, 1);
            ShimLink.Holding holding =
                    new ShimLink.Holding(77, false, List.of(p.reader(), p.reader()), Optional.empty(), List.of());
            ShimLink.Log log = new ShimLink.Log(p.reader(), "log", (1L << 32) + 0x10, 3);
            EngineException e =
                    assertThrows(EngineException.class, () -> link.holdInit(holding, p.reader(), Optional.of(log)));
            done(hold);
            assertTrue(e.message().contains("socket") && e.message().contains("ENOSPC"), e.message());
        }
    }

    @Test
    void deletionIsAnswered() throws Exception {
        try (ShimLink link = link()) {
            CompletableFuture<Void> asked = expect("", 0, () -> say("\0", 33, 1, 0, 0), 11, 1);
            link.delete(Duration.ofSeconds(20));
            done(asked);
        }
    }
}

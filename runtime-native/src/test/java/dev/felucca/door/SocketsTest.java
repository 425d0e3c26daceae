package dev.felucca.door;

import static dev.felucca.door.KernelAssert.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketsTest {
    @TempDir
    Path dir;

    @Test
    void carriesDescriptorsAndCredentials() {
        try (var pair = Sockets.pair(Sockets.SOCK_SEQPACKET);
                Fd file = Memfds.sealed("f", "content".getBytes(StandardCharsets.UTF_8), false)) {
            Sockets.passCredentials(pair.second(), true);
            Sockets.send(pair.first(), "hi".getBytes(StandardCharsets.UTF_8), Collections.nCopies(253, file));
            try (Message m = Sockets.receive(pair.second(), 16)) {
                assertEquals("hi", StandardCharsets.UTF_8.decode(m.data()).toString());
                assertEquals(253, m.descriptors().size());
                assertFalse(m.truncated());
                assertTrue(Stat.of(m.descriptors().get(252)).sameFile(Stat.of(file)));
                assertEquals(1, Descriptors.descriptorFlags(m.descriptors().get(0)), "close-on-exec");
                assertEquals(Processes.getpid(), m.sender().orElseThrow().pid());
            }
            Sockets.send(pair.first(), new byte[9], List.of(), new Sockets.Credentials(1, 5, 6), 0);
            try (Message m = Sockets.receive(pair.second(), 4)) {
                assertEquals(Optional.of(new Sockets.Credentials(1, 5, 6)), m.sender());
                assertTrue(m.truncated());
            }
            assertEquals(Optional.empty(), Sockets.receive(pair.second(), 4, Sockets.MSG_DONTWAIT));
            pair.first().close();
            assertTrue(Sockets.receive(pair.second(), 4).isEnd());
            fails(
                    Errno.EPIPE,
                    "sendmsg",
                    "socket pair, second end",
                    () -> Sockets.send(pair.second(), new byte[1], List.of()));
            assertThrows(
                    EngineException.class,
                    () -> Sockets.send(pair.second(), new byte[1], Collections.nCopies(254, file)));
        }
    }

    @Test
    void pathsOfTwoHundredCharacters() throws Exception {
        Path deep = Files.createDirectories(dir.resolve("d".repeat(100)).resolve("e".repeat(100)));
        for (Path path : List.of(dir.resolve("s"), deep.resolve("felucca.sock"))) {
            try (Fd listening = Sockets.listen(path, Sockets.SOCK_STREAM, 5);
                    Fd client = Sockets.connect(path, Sockets.SOCK_STREAM);
                    Fd server = Sockets.accept(listening)) {
                assertEquals(new Sockets.Credentials(Processes.getpid(), 0, 0), Sockets.peer(server));
                Descriptors.writeAll(client, new byte[] {42});
                Sockets.shutdown(client, 1);
                byte[] b = new byte[2];
                assertEquals(1, Descriptors.read(server, b));
                assertEquals(0, Descriptors.read(server, b));
            }
            fails(Errno.EADDRINUSE, "bind", path.toString(), () -> Sockets.listen(path, 1, 5));
            fails(Errno.ECONNREFUSED, "connect", path.toString(), () -> Sockets.connect(path, 1));
        }
        assertThrows(EngineException.class, () -> Sockets.listen(deep.resolve("n".repeat(100)), 1, 1));
    }
}

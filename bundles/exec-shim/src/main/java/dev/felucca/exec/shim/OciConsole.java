package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Message;
import dev.felucca.door.Processes;
import dev.felucca.door.Sockets;
import dev.felucca.exec.shim.OciDirectories.Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A runtime's {@code --console-socket}: where it sends the master of a terminal that it made. */
final class OciConsole implements AutoCloseable {
    private static final int TEXT = 4096;

    private final Path path;
    private final Fd directory;
    private final Fd listening;
    private @Nullable Fd master;

    OciConsole(Bundle bundle) {
        path = bundle.path().resolve("console-" + UUID.randomUUID());
        directory = Descriptors.open(bundle.path().toString(), Descriptors.O_PATH | Descriptors.O_DIRECTORY);
        try {
            listening = Sockets.listen(path, Sockets.SOCK_STREAM, 1);
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /** Its path by way of this process: the run root's may be longer than a socket's address. */
    String address() {
        return "/proc/" + Processes.getpid() + "/fd/" + directory.number() + "/" + path.getFileName();
    }

    /** The terminal's master, until this is closed. The command that sends it is over, so it is there, or never will be. */
    Fd master() {
        if (!Descriptors.awaitReadable(listening, Duration.ZERO)) {
            throw sentNothing();
        }
        try (Fd connection = Sockets.accept(listening)) {
            if (!Descriptors.awaitReadable(connection, Duration.ZERO)) {
                throw sentNothing();
            }
            try (Message m = Sockets.receive(connection, TEXT)) {
                Fd sent = m.descriptors().stream()
                        .findFirst()
                        .map(Fd::dup)
                        .orElseThrow(OciConsole::sentNothing)
                        .describedAs("terminal's master");
                master = sent;
                return sent;
            }
        }
    }

    private static EngineException sentNothing() {
        return EngineException.unavailable("the runtime made no terminal: nothing came over its --console-socket");
    }

    @Override
    public void close() {
        listening.close();
        directory.close();
        if (master != null) {
            master.close();
        }
        Bundle.drop(path);
    }
}

package dev.felucca.shell.transport;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.Recovered;
import dev.felucca.shell.terminal.ShellEndpoint;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.threadio.ThreadIO;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on {@code shell.sock} in the run root and serves each client with two threads. */
@Component(service = ShellEndpoint.class, immediate = true)
public final class ShellServer implements ShellEndpoint {
    private static final Logger log = LoggerFactory.getLogger(ShellServer.class);

    private final Path socket;
    private final CommandRunner runner;
    private final ServerSocketChannel server;
    private final ExecutorService threads;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    /** @param recovered clients are let in when it is known what became of the containers of an earlier engine */
    @Activate
    public ShellServer(
            BundleContext context,
            @Reference CommandProcessor processor,
            @Reference ThreadIO threadIo,
            @Reference Recovered recovered,
            @Reference Completions completions)
            throws IOException {
        String root = context.getProperty("felucca.run.root");
        if (root == null)
            throw EngineException.invalid(
                    "the framework property felucca.run.root is not set: where shall shell.sock be?");
        socket = Path.of(root, "shell.sock");
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newCachedThreadPool(task -> {
            Thread t = new Thread(task, "shell-" + number.incrementAndGet());
            t.setDaemon(true);
            return t;
        });
        runner = new CommandRunner(processor, threadIo, completions, threads);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Files.createDirectories(Path.of(root));
            // whoever starts an engine on a run root has made sure that it is the only one there
            Files.deleteIfExists(socket);
            SocketAddress.bind(server, socket);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        threads.execute(this::accept);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                Connection connection = new Connection(channel, runner, threads, connections::remove);
                connections.add(connection);
                threads.execute(connection::serve);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // such as no descriptors left: the other clients go on, and so does the next one
                log.error("A client could not be accepted", e);
            }
        }
    }

    @Override
    public Path socket() {
        return socket;
    }

    @Deactivate
    void stop() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
        for (Connection connection : connections) connection.close("the engine's shell is stopping");
        threads.shutdown();
    }
}

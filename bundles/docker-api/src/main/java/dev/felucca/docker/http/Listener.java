package dev.felucca.docker.http;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a unix socket. The server behind it is not there before the first client comes, so that an engine that nobody asks
 * by this door pays for one thread that waits.
 */
public final class Listener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Listener.class);
    /** What an address holds in the kernel (unix(7)). */
    private static final int LONGEST = 107;

    private final Path socket;
    private final ServerSocketChannel listening;
    private final Supplier<Router> router;
    private final Map<String, String> standing;
    private @Nullable HttpServer server; // guarded by this
    private boolean closed; // guarded by this

    /**
     * @param group whose members may use the socket, if there is such a group; empty for root alone
     * @param router made for the first client
     * @param standing headers of every answer
     */
    public Listener(Path socket, String group, Supplier<Router> router, Map<String, String> standing)
            throws IOException {
        this.socket = socket;
        this.router = router;
        this.standing = standing;
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Files.deleteIfExists(socket);
            bind();
            permit(group);
        } catch (IOException | RuntimeException e) {
            listening.close();
            throw e;
        }
        Thread acceptor = new Thread(this::accept, "docker-api-accept");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private void bind() throws IOException {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            return;
        }
        Path parent = socket.toAbsolutePath().getParent();
        if (parent == null) {
            throw EngineException.invalid("the socket " + socket + " has no directory");
        }
        // a short name for the directory, in a directory that only we can write, for as long as the call takes
        Path alias = Files.createTempDirectory(Path.of("/tmp"), "felucca");
        Path link = alias.resolve("d");
        try {
            Files.createSymbolicLink(link, parent);
            listening.bind(UnixDomainSocketAddress.of(link.resolve(socket.getFileName())));
        } finally {
            Files.deleteIfExists(link);
            Files.delete(alias);
        }
    }

    /** The kernel asks for write permission to connect. The socket is made with the process's umask, and nobody has it yet. */
    private void permit(String group) throws IOException {
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        if (group.isEmpty()) {
            return;
        }
        GroupPrincipal principal;
        try {
            principal = socket.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
        } catch (UserPrincipalNotFoundException e) {
            log.debug("there is no group {}: root alone may use {}", group, socket);
            return;
        }
        Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(principal);
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                serve(listening.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | RuntimeException e) {
                // such as no descriptors left: the other clients go on, and so does the next one
                log.error("a client of {} could not be accepted", socket, e);
            }
        }
    }

    private synchronized void serve(SocketChannel client) throws IOException {
        if (closed) {
            client.close();
            return;
        }
        HttpServer running = server;
        if (running == null) {
            running = new HttpServer(router.get(), standing);
            server = running;
        }
        running.serve(client);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        listening.close();
        HttpServer running = server;
        if (running != null) {
            running.close();
        }
        Files.deleteIfExists(socket);
    }
}

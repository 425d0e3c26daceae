package dev.felucca.shell.transport;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Binds a unix socket at a path of any length; an address in the kernel holds only 107 bytes (unix(7)). */
final class SocketAddress {
    private static final int LONGEST = 107;

    private SocketAddress() {}

    static void bind(ServerSocketChannel server, Path socket) throws IOException {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST) {
            server.bind(UnixDomainSocketAddress.of(socket));
            return;
        }
        // A short name for the directory, in a directory that only we can write, for as long as the call takes
        Path parent = socket.toAbsolutePath().getParent();
        if (parent == null) throw new IOException(socket + " has no directory");
        Path alias = Files.createTempDirectory(Path.of("/tmp"), "felucca");
        Path link = alias.resolve("d");
        try {
            Files.createSymbolicLink(link, parent);
            server.bind(UnixDomainSocketAddress.of(link.resolve(socket.getFileName())));
        } finally {
            Files.deleteIfExists(link);
            Files.delete(alias);
        }
    }
}

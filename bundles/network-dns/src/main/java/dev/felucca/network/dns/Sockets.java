package dev.felucca.network.dns;

import dev.felucca.api.KernelException;
import dev.felucca.door.Fd;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes sockets to ask servers outside with. A socket is of the network namespace in which it is made, so this is done by a thread
 * there.
 */
final class Sockets {
    private final Executor executor;
    private final Fd namespace;

    /** @param executor where it may take a moment */
    Sockets(Executor executor, Fd namespace) {
        this.executor = executor;
        this.namespace = namespace;
    }

    CompletableFuture<NioDatagramChannel> datagrams(InetAddress to, boolean fromHost) {
        return open(fromHost, () -> new NioDatagramChannel(DatagramChannel.open(family(to))));
    }

    CompletableFuture<NioSocketChannel> stream(InetAddress to, boolean fromHost) {
        return open(fromHost, () -> new NioSocketChannel(SocketChannel.open(family(to))));
    }

    private static StandardProtocolFamily family(InetAddress to) {
        return to instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    }

    private <T> CompletableFuture<T> open(boolean fromHost, Callable<T> make) {
        CompletableFuture<T> made = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                made.complete(fromHost ? make.call() : inside(make));
            } catch (Exception e) {
                made.completeExceptionally(e);
            }
        });
        return made;
    }

    private @Nullable <T> T inside(Callable<T> make) throws KernelException {
        return Namespaces.inside(Map.of(NamespaceType.NETWORK, namespace), make);
    }
}

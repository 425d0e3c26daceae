package dev.felucca.contracts.network;

import dev.felucca.door.Fd;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.Netlink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A network namespace of a test: a host, a container, or a neighbour of the host. */
public final class Net implements AutoCloseable {
    /** Long enough for a handshake on a loaded machine, and what a dropped one costs a test. */
    private static final int TIMEOUT_MILLIS = 1_500;

    private final Fd namespace;

    private Net(Fd namespace) {
        this.namespace = namespace;
    }

    /** With its loopback up. */
    public static Net create() {
        Net net = new Net(Namespaces.create(NamespaceType.NETWORK));
        Netlink.loopbackUp(net.namespace);
        return net;
    }

    /** A path to the namespace, valid in this process. */
    public String path() {
        return namespace.procPath();
    }

    public Fd namespace() {
        return namespace;
    }

    /** Runs work in a thread inside. */
    public <T> T call(Callable<T> work) {
        return Namespaces.inside(Map.of(NamespaceType.NETWORK, namespace), work);
    }

    /** Runs a program inside; its output. A failure is an error with the output. */
    public String run(String... command) {
        return call(() -> {
            Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
            p.getOutputStream().close();
            String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (p.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + out);
            }
            return out;
        });
    }

    /** A server that answers each connection with the address that it sees as the client's. */
    public AutoCloseable server(int port) {
        ServerSocketChannel server = call(() ->
                ServerSocketChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress("0.0.0.0", port)));
        Thread t = new Thread(() -> serve(server), "server-" + port);
        t.setDaemon(true);
        t.start();
        return server;
    }

    private static void serve(ServerSocketChannel server) {
        try {
            while (server.isOpen()) {
                try (SocketChannel c = server.accept()) {
                    String client = ((InetSocketAddress) c.getRemoteAddress())
                            .getAddress()
                            .getHostAddress();
                    c.write(ByteBuffer.wrap(client.getBytes(StandardCharsets.UTF_8)));
                }
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    /** Connects from inside; what a {@link #server} says, or "" if there is no connection. */
    public String connect(String address, int port) {
        return call(() -> {
            try (SocketChannel c = SocketChannel.open(StandardProtocolFamily.INET)) {
                c.socket().connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
                c.socket().setSoTimeout(TIMEOUT_MILLIS);
                return new String(c.socket().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (SocketTimeoutException | java.net.ConnectException | java.net.NoRouteToHostException e) {
                return "";
            }
        });
    }

    /** Sends a datagram from inside to a socket that the other side has bound; whether it came. */
    public boolean sendsTo(Net other, int boundPort, String address, int port) {
        try (DatagramChannel to = other.call(() ->
                DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress("0.0.0.0", boundPort)))) {
            call(() -> {
                try (DatagramChannel from = DatagramChannel.open(StandardProtocolFamily.INET)) {
                    return from.send(ByteBuffer.wrap(new byte[] {1}), new InetSocketAddress(address, port));
                }
            });
            to.socket().setSoTimeout(TIMEOUT_MILLIS);
            to.socket().receive(new java.net.DatagramPacket(new byte[1], 1));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of the devices inside, without the loopback. */
    public List<String> devices() {
        return call(() -> java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/thread-self/net/dev")).stream()
                .filter(l -> l.contains(":"))
                .map(l -> l.substring(0, l.indexOf(':')).strip())
                .filter(n -> !n.equals("lo"))
                .sorted()
                .toList());
    }

    @Override
    public void close() {
        namespace.close();
    }
}

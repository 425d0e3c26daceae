package dev.felucca.network.bridge;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.PortBinding;
import dev.felucca.door.Handles;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Published ports are reserved by sockets that are bound and do not listen, so that nobody else can have them, and whoever tries
 * is told so by the kernel. The packets never come to these sockets: they are redirected before.
 */
final class Ports {
    private static final String KIND = "network.port";

    private final Handles handles;

    Ports(Handles handles) {
        this.handles = handles;
    }

    /** Reserves all ports of an endpoint; the same with the ports that were chosen. None is reserved if one cannot be. */
    List<PortBinding> reserve(Endpoint endpoint) {
        List<PortBinding> chosen = new ArrayList<>();
        try {
            for (PortBinding p : endpoint.ports()) {
                chosen.add(reserve(endpoint, p));
            }
            return chosen;
        } catch (RuntimeException e) {
            release(endpoint.id());
            throw e;
        }
    }

    private PortBinding reserve(Endpoint endpoint, PortBinding p) {
        int last = Math.max(p.hostPort(), p.hostPortEnd());
        for (int port = p.hostPort(); ; port++) {
            PortBinding one = new PortBinding(p.containerPort(), p.protocol(), p.hostIp(), port, port);
            try {
                int got = bind(endpoint, one);
                return new PortBinding(p.containerPort(), p.protocol(), p.hostIp(), got, got);
            } catch (EngineException e) {
                if (e.kind() != EngineException.Kind.CONFLICT || port >= last) {
                    throw e;
                }
            }
        }
    }

    private int bind(Endpoint endpoint, PortBinding p) {
        InetAddress host = p.hostIp().isEmpty() ? null : Elements.address(p.hostIp());
        boolean v6 = host instanceof Inet6Address;
        int port = open(endpoint, p, v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET, host);
        if (host == null && endpoint.ipv6() != null) {
            PortBinding same = new PortBinding(p.containerPort(), p.protocol(), "", port, port);
            open(endpoint, same, StandardProtocolFamily.INET6, null);
        }
        return port;
    }

    private int open(Endpoint endpoint, PortBinding p, ProtocolFamily family, @Nullable InetAddress host) {
        String shown = (p.hostIp().isEmpty() ? "0.0.0.0" : p.hostIp()) + ":" + p.hostPort();
        NetworkChannel socket = null;
        try {
            socket = p.protocol().equals("udp") ? DatagramChannel.open(family) : SocketChannel.open(family);
            socket.bind(host == null ? new InetSocketAddress(p.hostPort()) : new InetSocketAddress(host, p.hostPort()));
            int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
            handles.put(
                    KIND,
                    endpoint.id() + " " + family + " " + p.protocol() + " " + p.hostIp() + " " + port + " "
                            + endpoint.containerId(),
                    socket);
            return port;
        } catch (IOException e) {
            close(socket, e);
            if (e instanceof BindException && String.valueOf(e.getMessage()).contains("in use")) {
                throw EngineException.conflict("port " + p.hostPort() + "/" + p.protocol() + " cannot be published: "
                        + shown + " is in use by " + holder(p));
            }
            throw EngineException.invalid("port " + p.container() + " cannot be published on " + shown + ": "
                    + e.getMessage() + "; give an address of this host and a free port");
        }
    }

    private static void close(@Nullable NetworkChannel socket, IOException failure) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private String holder(PortBinding p) {
        Optional<String> container = handles.list().stream()
                .filter(h -> h.kind().equals(KIND))
                .map(h -> h.id().split(" ", -1))
                .filter(w -> w[2].equals(p.protocol()) && w[4].equals("" + p.hostPort()))
                .map(w -> "container " + w[5].substring(0, 12))
                .findFirst();
        return container.orElseGet(() -> PortHolders.find(p.protocol(), p.hostPort()));
    }

    void release(String endpointId) {
        handles.list().stream()
                .filter(h -> h.kind().equals(KIND) && h.id().startsWith(endpointId + " "))
                .forEach(h -> handles.close(KIND, h.id()));
    }

    /** Reserves what a dead engine held; what another program has taken meanwhile is a failure that names it. */
    void restore(List<Endpoint> endpoints) {
        for (Endpoint e : endpoints) {
            boolean held =
                    handles.list().stream().anyMatch(h -> h.kind().equals(KIND) && h.id().startsWith(e.id() + " "));
            if (!held) {
                reserve(e);
            }
        }
    }
}

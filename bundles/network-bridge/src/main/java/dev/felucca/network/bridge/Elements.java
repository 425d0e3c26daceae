package dev.felucca.network.bridge;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.Endpoint;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.PortBinding;
import dev.felucca.door.net.Cidr;
import dev.felucca.door.net.NftBatch;
import dev.felucca.door.net.NftExpression;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** What networks and endpoints are in the sets of {@link Rules}. */
final class Elements {
    private static final byte TCP = 6;
    private static final byte UDP = 17;

    private final Names names;

    Elements(Names names) {
        this.names = names;
    }

    void add(NftBatch batch, NetworkInfo network) {
        each(network, batch::addElement);
        network.subnets().stream()
                .map(s -> Cidr.parse(s.subnet()))
                .forEach(c -> batch.addRange(Rules.subnets(c.first().length == 16), c.first(), c.end()));
    }

    void delete(NftBatch batch, NetworkInfo network) {
        each(network, batch::deleteElement);
        network.subnets().stream()
                .map(s -> Cidr.parse(s.subnet()))
                .forEach(c -> batch.deleteRange(Rules.subnets(c.first().length == 16), c.first(), c.end()));
    }

    private interface SetChange {
        void element(String set, byte[] key);
    }

    private void each(NetworkInfo network, SetChange change) {
        byte[] device = NftExpression.device(names.bridge(network));
        byte[] pair = NftBatch.concat(device, device);
        change.element(Rules.BRIDGES, device);
        Options options = Options.of(network);
        if (options.containersTalk()) {
            change.element(Rules.OPEN, pair);
        }
        if (network.internal()) {
            change.element(Rules.INTERNAL, device);
        } else if (options.masquerade()) {
            change.element(Rules.MASQUERADING, device);
        }
    }

    void add(NftBatch batch, Endpoint endpoint) {
        forwards(endpoint, batch::addElement);
    }

    void delete(NftBatch batch, Endpoint endpoint) {
        forwards(endpoint, (map, key, value) -> batch.deleteElement(map, key));
    }

    private interface MapChange {
        void element(String map, byte[] key, byte[] value);
    }

    private static void forwards(Endpoint e, MapChange change) {
        for (PortBinding p : e.ports()) {
            if (p.hostIp().isEmpty()) {
                forward(p, null, e.ipv4(), change);
                if (e.ipv6() != null) {
                    forward(p, null, e.ipv6(), change);
                }
            } else {
                InetAddress host = address(p.hostIp());
                String to = host instanceof Inet6Address ? e.ipv6() : e.ipv4();
                if (to == null) {
                    throw EngineException.invalid("port " + p.container() + " cannot be published on " + p.hostIp()
                            + ": the container has no IPv6 address on network " + e.networkName());
                }
                forward(p, host.isAnyLocalAddress() ? null : host, to, change);
            }
        }
    }

    private static void forward(PortBinding p, @Nullable InetAddress host, String container, MapChange change) {
        byte[] to = Cidr.parse(container).address().getAddress();
        byte[] protocol = {p.protocol().equals("udp") ? UDP : TCP};
        byte[] port = bigEndian(p.hostPort());
        byte[] key =
                host == null ? NftBatch.concat(protocol, port) : NftBatch.concat(host.getAddress(), protocol, port);
        byte[] value = NftBatch.concat(to, bigEndian(p.containerPort()));
        change.element(Rules.portsMap(to.length == 16, host == null), key, value);
    }

    /** A literal address; the caller has checked that it is one. */
    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw EngineException.invalid("\"" + literal + "\" is no IP address");
        }
    }

    private static byte[] bigEndian(int port) {
        return new byte[] {(byte) (port >> 8), (byte) port};
    }
}

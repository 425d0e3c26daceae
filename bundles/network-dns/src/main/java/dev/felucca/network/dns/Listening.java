package dev.felucca.network.dns;

import static dev.felucca.door.net.NftExpression.META_L4PROTO;
import static dev.felucca.door.net.NftExpression.META_NFPROTO;
import static dev.felucca.door.net.NftExpression.NETWORK_HEADER;
import static dev.felucca.door.net.NftExpression.R1;
import static dev.felucca.door.net.NftExpression.TRANSPORT_HEADER;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.NameServer;
import dev.felucca.door.net.NftBatch;
import dev.felucca.door.net.NftBatch.Hook;
import dev.felucca.door.net.NftExpression;
import dev.felucca.door.net.NftSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

/**
 * The sockets of one network namespace, at ports that the kernel chose, and the rules that let them appear at port 53: the rest of
 * 53 is the container's.
 *
 * <p>Ports are rewritten packet by packet and not by address translation, so that nothing in the namespace need track connections:
 * queries where they leave for the loopback interface, after all that the container may have of its own, and answers where
 * they are sent, before it. Whoever tracks connections there sees port 53 both ways.
 */
record Listening(DatagramChannel udp, ServerSocketChannel tcp) {
    private static final String TABLE = "felucca_dns";
    private static final int RAW = -300;
    private static final int LAST = 300;
    private static final int IPV4_SOURCE = 12;
    private static final int IPV4_DESTINATION = 16;
    private static final int PORT = 53;
    private static final int SOURCE = 0;
    private static final int DESTINATION = 2;
    private static final int BACKLOG = 64;

    /** In the calling thread's network namespace. */
    static Listening open() {
        try {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getByName(NameServer.ADDRESS), 0);
            DatagramChannel udp = DatagramChannel.open(StandardProtocolFamily.INET);
            ServerSocketChannel tcp = null;
            try {
                udp.bind(any);
                tcp = ServerSocketChannel.open(StandardProtocolFamily.INET);
                tcp.bind(any, BACKLOG);
                Listening made = new Listening(udp, tcp);
                made.redirect();
                return made;
            } catch (IOException | RuntimeException e) {
                udp.close();
                if (tcp != null) {
                    tcp.close();
                }
                throw e;
            }
        } catch (IOException e) {
            throw EngineException.internal(
                    "cannot listen at " + NameServer.ADDRESS + " in the container's network namespace: "
                            + e.getMessage(),
                    e);
        }
    }

    private void redirect() throws IOException {
        NftBatch batch = new NftBatch(TABLE);
        // again with the ports of now, if an engine before this one had others
        batch.addTable().deleteTable().addTable();
        batch.addBaseChain("answers", "filter", Hook.OUTPUT, RAW);
        batch.addBaseChain("queries", "filter", Hook.POSTROUTING, LAST);
        int[] protocols = {NftExpression.IPPROTO_UDP, NftExpression.IPPROTO_TCP};
        int[] ports = {port(udp.getLocalAddress()), port(tcp.getLocalAddress())};
        for (int i = 0; i < protocols.length; i++) {
            batch.addRule("answers", rewrite(protocols[i], IPV4_SOURCE, SOURCE, ports[i], PORT));
            batch.addRule("queries", rewrite(protocols[i], IPV4_DESTINATION, DESTINATION, PORT, ports[i]));
        }
        try (NftSocket nft = NftSocket.open()) {
            nft.commit(batch);
        }
    }

    private static int port(java.net.SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    private static List<NftExpression> rewrite(int protocol, int address, int port, int from, int to)
            throws IOException {
        byte[] server = InetAddress.getByName(NameServer.ADDRESS).getAddress();
        return List.of(
                NftExpression.meta(META_NFPROTO, R1),
                NftExpression.equal(R1, new byte[] {NftExpression.NFPROTO_IPV4}),
                NftExpression.payload(NETWORK_HEADER, address, 4, R1),
                NftExpression.equal(R1, server),
                NftExpression.meta(META_L4PROTO, R1),
                NftExpression.equal(R1, new byte[] {(byte) protocol}),
                NftExpression.payload(TRANSPORT_HEADER, port, 2, R1),
                NftExpression.equal(R1, bigEndian(from)),
                NftExpression.value(R1, bigEndian(to)),
                NftExpression.setPort(port, protocol, R1));
    }

    private static byte[] bigEndian(int port) {
        return new byte[] {(byte) (port >> 8), (byte) port};
    }
}

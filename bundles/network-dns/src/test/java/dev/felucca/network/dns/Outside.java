package dev.felucca.network.dns;

import dev.felucca.contracts.network.Net;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** A name server at port 53 in a namespace, which does what the test says. */
final class Outside implements AutoCloseable {
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final ExecutorService threads = Executors.newCachedThreadPool(r -> {
        Thread t = new Thread(r, "outside");
        t.setDaemon(true);
        return t;
    });

    /** @param answer from a query to its answer; of no bytes for none */
    Outside(Net net, String address, UnaryOperator<byte[]> answer) {
        udp = net.call(() -> new DatagramSocket(53, InetAddress.getByName(address)));
        tcp = net.call(() -> new ServerSocket(53, 50, InetAddress.getByName(address)));
        threads.execute(() -> datagrams(answer));
        threads.execute(() -> connections(answer));
    }

    private void datagrams(UnaryOperator<byte[]> answer) {
        try {
            while (!udp.isClosed()) {
                DatagramPacket in = new DatagramPacket(new byte[65_536], 65_536);
                udp.receive(in);
                threads.execute(() -> reply(answer, in));
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    private void reply(UnaryOperator<byte[]> answer, DatagramPacket in) {
        byte[] out = answer.apply(Arrays.copyOf(in.getData(), in.getLength()));
        try {
            if (out.length > 0) {
                udp.send(new DatagramPacket(out, out.length, in.getSocketAddress()));
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    private void connections(UnaryOperator<byte[]> answer) {
        try {
            while (!tcp.isClosed()) {
                try (Socket s = tcp.accept()) {
                    DataInputStream in = new DataInputStream(s.getInputStream());
                    byte[] out = answer.apply(in.readNBytes(in.readUnsignedShort()));
                    DataOutputStream to = new DataOutputStream(s.getOutputStream());
                    to.writeShort(out.length);
                    to.write(out);
                }
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
        threads.shutdown();
    }
}

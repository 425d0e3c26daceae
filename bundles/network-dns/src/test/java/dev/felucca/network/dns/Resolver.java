package dev.felucca.network.dns;

import dev.felucca.api.network.NameServer;
import dev.felucca.contracts.network.Net;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsPtrRecord;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRecordEncoder;
import io.netty.handler.codec.dns.DnsRecordType;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A resolver in a container, of which every byte can be chosen. */
final class Resolver {
    private static final int WAIT_MILLIS = 10_000;
    private static final InetSocketAddress SERVER = new InetSocketAddress(NameServer.ADDRESS, 53);

    private final Net container;

    Resolver(Net container) {
        this.container = container;
    }

    /** @param values of A and AAAA records addresses, of PTR records names, of others nothing */
    record Answer(int code, boolean truncated, int records, List<String> values, ByteBuffer bytes) {}

    static byte[] query(int id, String name, DnsRecordType type) throws Exception {
        ByteBuf b = Unpooled.buffer()
                .writeShort(id)
                .writeShort(0x0100)
                .writeShort(1)
                .writeShort(0)
                .writeInt(0);
        DnsRecordEncoder.DEFAULT.encodeQuestion(new DefaultDnsQuestion(name + ".", type), b);
        return bytes(b);
    }

    private static byte[] bytes(ByteBuf b) {
        byte[] all = new byte[b.readableBytes()];
        b.readBytes(all);
        return all;
    }

    Answer ask(String name, DnsRecordType type) throws Exception {
        return read(datagram(query(4711, name, type), WAIT_MILLIS));
    }

    Answer askStream(String name, DnsRecordType type) throws Exception {
        return container.call(() -> {
            try (Socket s = new Socket()) {
                s.connect(SERVER, WAIT_MILLIS);
                s.setSoTimeout(WAIT_MILLIS);
                byte[] q = query(4711, name, type);
                DataOutputStream out = new DataOutputStream(s.getOutputStream());
                out.writeShort(q.length);
                out.write(q);
                DataInputStream in = new DataInputStream(s.getInputStream());
                return read(in.readNBytes(in.readUnsignedShort()));
            }
        });
    }

    /** Sends it and gives what comes back; nothing if nothing does. */
    byte[] datagram(byte[] message, int waitMillis) {
        return container.call(() -> {
            try (DatagramSocket s = new DatagramSocket()) {
                s.setSoTimeout(waitMillis);
                s.connect(SERVER);
                s.send(new DatagramPacket(message, message.length));
                DatagramPacket in = new DatagramPacket(new byte[65_536], 65_536);
                s.receive(in);
                return Arrays.copyOf(in.getData(), in.getLength());
            } catch (SocketTimeoutException e) {
                return new byte[0];
            }
        });
    }

    static Answer read(byte[] message) throws Exception {
        ByteBuf b = Unpooled.wrappedBuffer(message);
        int flags = b.getUnsignedShort(2);
        b.readerIndex(12);
        for (int i = 0; i < Unpooled.wrappedBuffer(message).getUnsignedShort(4); i++) {
            DnsRecordDecoder.DEFAULT.decodeQuestion(b);
        }
        int count = Unpooled.wrappedBuffer(message).getUnsignedShort(6);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DnsRecord r = DnsRecordDecoder.DEFAULT.decodeRecord(b);
            if (r instanceof DnsPtrRecord p) {
                values.add(p.hostname());
            } else if (r instanceof DnsRawRecord raw
                    && (r.type().equals(DnsRecordType.A) || r.type().equals(DnsRecordType.AAAA))) {
                values.add(InetAddress.getByAddress(bytes(raw.content())).getHostAddress());
            }
        }
        return new Answer(flags & 0xF, (flags & 0x0200) != 0, count, values, ByteBuffer.wrap(message));
    }
}

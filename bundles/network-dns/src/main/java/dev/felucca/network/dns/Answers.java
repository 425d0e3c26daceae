package dev.felucca.network.dns;

import dev.felucca.api.network.NetworkNames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsPtrRecord;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordEncoder;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.util.ReferenceCountUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers from what the engine knows, and answers that say no. */
final class Answers {
    /** Seconds. A container's address may be another one's a moment later, so nobody is to keep it. */
    private static final int TTL = 0;

    private static final int RECURSION_AVAILABLE = 0x0080;
    private static final int TRUNCATED = 0x0200;
    private static final int OPT_SIZE = 11;
    private static final int ANY = 255;
    private static final int IN = 1;
    private static final int STREAM_LIMIT = 65_535;
    private static final int DATAGRAM_LIMIT = 4_096;

    private Answers() {}

    /**
     * The answer to a query for a name or address of the container's networks; empty for what is none.
     *
     * @param stream whether it came over tcp, which has room for all
     */
    static Optional<ByteBuf> local(NetworkNames names, String containerId, Query q, boolean stream) {
        if (q.question().dnsClass() != IN) {
            return Optional.empty();
        }
        Optional<InetAddress> asked = ReverseNames.address(q.name());
        if (asked.isPresent()) {
            return names.name(containerId, asked.get()).map(name -> {
                boolean wanted = wants(q, DnsRecordType.PTR);
                return answer(
                        q,
                        stream,
                        wanted
                                ? List.of(new DefaultDnsPtrRecord(q.question().name(), IN, TTL, name + "."))
                                : List.of());
            });
        }
        return names.addresses(containerId, q.name()).map(all -> answer(q, stream, records(q, all)));
    }

    private static boolean wants(Query q, DnsRecordType type) {
        int t = q.question().type().intValue();
        return t == type.intValue() || t == ANY;
    }

    /** In another order each time, so that a service's containers share what comes. */
    private static List<DnsRecord> records(Query q, List<InetAddress> addresses) {
        List<InetAddress> shuffled = new ArrayList<>(addresses);
        Collections.shuffle(shuffled);
        List<DnsRecord> records = new ArrayList<>();
        for (InetAddress a : shuffled) {
            DnsRecordType type = a instanceof Inet4Address ? DnsRecordType.A : DnsRecordType.AAAA;
            if (wants(q, type)) {
                records.add(new DefaultDnsRawRecord(
                        q.question().name(), type, IN, TTL, Unpooled.wrappedBuffer(a.getAddress())));
            }
        }
        return records;
    }

    private static ByteBuf answer(Query q, boolean stream, List<DnsRecord> records) {
        ByteBuf out = header(q.id(), q.flags(), DnsResponseCode.NOERROR);
        int limit = (stream ? STREAM_LIMIT : Math.min(DATAGRAM_LIMIT, q.payload())) - (q.edns() ? OPT_SIZE : 0);
        try {
            out.setShort(4, 1);
            DnsRecordEncoder.DEFAULT.encodeQuestion(q.question(), out);
            int count = 0;
            for (DnsRecord r : records) {
                int before = out.writerIndex();
                DnsRecordEncoder.DEFAULT.encodeRecord(r, out);
                if (out.writerIndex() > limit) {
                    out.writerIndex(before);
                    out.setShort(2, out.getShort(2) | TRUNCATED);
                    break;
                }
                count++;
            }
            out.setShort(6, count);
            opt(q, out);
            return out;
        } catch (Exception e) {
            // a name that could be decoded and not be encoded
            out.release();
            return refusal(q.id(), q.flags(), DnsResponseCode.FORMERR);
        } finally {
            records.forEach(ReferenceCountUtil::release);
        }
    }

    /** Who speaks EDNS is answered so (RFC 6891 section 7). */
    private static void opt(Query q, ByteBuf out) {
        if (q.edns()) {
            out.setShort(10, 1);
            out.writeByte(0).writeShort(DnsRecordType.OPT.intValue());
            out.writeShort(DATAGRAM_LIMIT).writeInt(0).writeShort(0);
        }
    }

    /** An answer without records. */
    static ByteBuf refusal(Query q, DnsResponseCode code) {
        ByteBuf out = header(q.id(), q.flags(), code);
        try {
            DnsRecordEncoder.DEFAULT.encodeQuestion(q.question(), out);
            out.setShort(4, 1);
            opt(q, out);
            return out;
        } catch (Exception e) {
            out.release();
            return refusal(q.id(), q.flags(), code);
        }
    }

    /** An answer to what could not be read further than its header. */
    static @Nullable ByteBuf refusal(ByteBuf message, @Nullable DnsResponseCode code) {
        return code == null
                ? null
                : refusal(
                        message.getUnsignedShort(message.readerIndex()),
                        message.getUnsignedShort(message.readerIndex() + 2),
                        code);
    }

    private static ByteBuf refusal(int id, int flags, DnsResponseCode code) {
        return header(id, flags, code);
    }

    private static ByteBuf header(int id, int flags, DnsResponseCode code) {
        int kept = flags & (0x7800 | Query.RECURSION_DESIRED);
        ByteBuf out = Unpooled.buffer(512, STREAM_LIMIT + 512);
        out.writeShort(id).writeShort(Query.RESPONSE | kept | RECURSION_AVAILABLE | code.intValue());
        return out.writeLong(0);
    }
}

package dev.felucca.network.dns;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordDecoder;

/** What a server outside sends. */
final class Responses {
    private Responses() {}

    /** Whether it answers the query's question; an answer without any question, such as a refusal, counts too. */
    static boolean answers(Query query, ByteBuf message) {
        ByteBuf in = message.duplicate();
        if (in.readableBytes() < Query.HEADER) {
            return false;
        }
        in.skipBytes(2);
        if ((in.readUnsignedShort() & Query.RESPONSE) == 0) {
            return false;
        }
        int questions = in.readUnsignedShort();
        in.skipBytes(6);
        if (questions == 0) {
            return true;
        }
        try {
            DnsQuestion q = DnsRecordDecoder.DEFAULT.decodeQuestion(in);
            return q.type().equals(query.question().type())
                    && q.dnsClass() == query.question().dnsClass()
                    && q.name().equalsIgnoreCase(query.question().name());
        } catch (Exception e) {
            return false; // rubbish
        }
    }
}

package dev.felucca.network.dns;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.util.ReferenceCountUtil;

/**
 * A query as far as it has to be understood (RFC 1035 section 4.1, RFC 6891 section 6.1).
 *
 * @param flags the second word of the header
 * @param edns whether it has an OPT record
 * @param payload how many bytes its sender takes in a datagram, at least 512
 */
record Query(int id, int flags, DnsQuestion question, boolean edns, int payload) {
    static final int HEADER = 12;
    static final int RESPONSE = 0x8000;
    static final int RECURSION_DESIRED = 0x0100;

    private static final int OPCODE = 0x7800;
    private static final int MINIMUM_PAYLOAD = 512;
    /** A query has one question and at most an OPT and a TSIG or SIG(0) record; this is what we look at. */
    private static final int MAXIMUM_RECORDS = 8;

    /** What is no query that could be answered; {@code code} null if the sender deserves no answer at all. */
    static final class NotAnswerable extends Exception {
        private static final long serialVersionUID = 1;

        @org.jspecify.annotations.Nullable
        final transient DnsResponseCode code;

        NotAnswerable(@org.jspecify.annotations.Nullable DnsResponseCode code) {
            super(null, null, false, false);
            this.code = code;
        }
    }

    /** Reads one; leaves the buffer's reader where it was. */
    static Query read(ByteBuf message) throws NotAnswerable {
        ByteBuf in = message.duplicate();
        if (in.readableBytes() < HEADER) {
            throw new NotAnswerable(null);
        }
        int id = in.readUnsignedShort();
        int flags = in.readUnsignedShort();
        int questions = in.readUnsignedShort();
        int others = in.readUnsignedShort() + in.readUnsignedShort() + in.readUnsignedShort();
        if ((flags & RESPONSE) != 0) {
            // answering an answer is how two servers talk for ever
            throw new NotAnswerable(null);
        }
        if ((flags & OPCODE) != 0) {
            throw new NotAnswerable(DnsResponseCode.NOTIMP);
        }
        if (questions != 1 || others > MAXIMUM_RECORDS) {
            throw new NotAnswerable(DnsResponseCode.FORMERR);
        }
        try {
            DnsQuestion question = DnsRecordDecoder.DEFAULT.decodeQuestion(in);
            int payload = 0;
            for (int i = 0; i < others; i++) {
                payload = Math.max(payload, payload(DnsRecordDecoder.DEFAULT.decodeRecord(in)));
            }
            return new Query(id, flags, question, payload > 0, Math.max(MINIMUM_PAYLOAD, payload));
        } catch (Exception e) {
            // the codec's own, or of a buffer that ended too early
            throw new NotAnswerable(DnsResponseCode.FORMERR);
        }
    }

    private static int payload(@org.jspecify.annotations.Nullable DnsRecord record) throws NotAnswerable {
        if (record == null) {
            throw new NotAnswerable(DnsResponseCode.FORMERR);
        }
        try {
            return record.type().equals(DnsRecordType.OPT) && record instanceof DnsRawRecord
                    ? Math.max(1, record.dnsClass())
                    : 0;
        } finally {
            ReferenceCountUtil.release(record);
        }
    }

    /** The name without the dot at its end. */
    String name() {
        String n = question.name();
        return n.endsWith(".") ? n.substring(0, n.length() - 1) : n;
    }
}

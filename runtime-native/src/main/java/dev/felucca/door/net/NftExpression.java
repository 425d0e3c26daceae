package dev.felucca.door.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * An expression of an nf_tables rule (linux/netfilter/nf_tables.h). A rule's expressions run in order; one that does not
 * match ends the rule. Values travel in registers: {@link #R1} and {@link #R2} hold 16 bytes, and {@link #word} names their
 * words of four, in which the fields of a concatenated key lie.
 */
public final class NftExpression {
    /** The first register of 16 bytes; its words are {@code word(0)} to {@code word(3)}. */
    public static final int R1 = 1;

    /** The second register of 16 bytes; its words are {@code word(4)} to {@code word(7)}. */
    public static final int R2 = 2;

    public static final int META_IIFNAME = 6;
    public static final int META_OIFNAME = 7;
    public static final int META_NFPROTO = 15;
    public static final int META_L4PROTO = 16;
    public static final int NFPROTO_IPV4 = 2;
    public static final int NFPROTO_IPV6 = 10;
    public static final int NETWORK_HEADER = 1;
    public static final int TRANSPORT_HEADER = 2;
    public static final int CT_STATE = 0;
    public static final int CT_STATUS = 2;
    public static final int STATE_ESTABLISHED_RELATED = 2 | 4;
    public static final int STATUS_DST_NAT = 1 << 5;

    public static final int IPPROTO_TCP = 6;
    public static final int IPPROTO_UDP = 17;

    private static final int CSUM_INET = 1;
    private static final int REG32_00 = 8;
    private static final int VERDICT = 0;
    private static final int FIB_ADDRTYPE = 3;
    private static final int FIB_DADDR = 2;
    private static final int RTN_LOCAL = 2;
    private static final int LOOKUP_INVERTED = 1;
    private static final int DATA_VALUE = 1;
    private static final int DATA_VERDICT = 2;
    private static final int JUMP = -3;

    private final String name;
    private final Consumer<Payload> data;

    private NftExpression(String name, Consumer<Payload> data) {
        this.name = name;
        this.data = data;
    }

    void write(Payload p) {
        p.string(1, name).nest(2, data);
    }

    /** The register of a word of four bytes, from 0. */
    public static int word(int index) {
        return REG32_00 + index;
    }

    /** Loads a fact about the packet. */
    public static NftExpression meta(int key, int register) {
        return new NftExpression("meta", p -> p.be32(1, register).be32(2, key));
    }

    /** Loads a fact about the packet's connection. */
    public static NftExpression ct(int key, int register) {
        return new NftExpression("ct", p -> p.be32(1, register).be32(2, key));
    }

    /** Loads bytes of a header. */
    public static NftExpression payload(int base, int offset, int length, int register) {
        return new NftExpression(
                "payload",
                p -> p.be32(1, register).be32(2, base).be32(3, offset).be32(4, length));
    }

    /** Loads a value. */
    public static NftExpression value(int register, byte[] value) {
        return new NftExpression("immediate", p -> p.be32(1, register).nest(2, d -> d.bytes(DATA_VALUE, value)));
    }

    /**
     * Writes two bytes of a register over a port of the transport header, and corrects its checksum.
     *
     * @param offset 0 for the source port, 2 for the destination port
     * @param protocol {@link #IPPROTO_TCP} or {@link #IPPROTO_UDP}
     */
    public static NftExpression setPort(int offset, int protocol, int register) {
        int checksum = protocol == IPPROTO_TCP ? 16 : 6;
        return new NftExpression("payload", p -> p.be32(5, register)
                .be32(2, TRANSPORT_HEADER)
                .be32(3, offset)
                .be32(4, 2)
                .be32(6, CSUM_INET)
                .be32(7, checksum)
                .be32(8, 0));
    }

    /** Matches if the destination is an address of this host. */
    public static NftExpression[] destinationIsLocal() {
        NftExpression fib = new NftExpression(
                "fib", p -> p.be32(1, R1).be32(2, FIB_ADDRTYPE).be32(3, FIB_DADDR));
        return new NftExpression[] {fib, equal(R1, host(RTN_LOCAL))};
    }

    /** Matches if the register holds the value. */
    public static NftExpression equal(int register, byte[] value) {
        return compare(register, 0, value);
    }

    public static NftExpression differs(int register, byte[] value) {
        return compare(register, 1, value);
    }

    private static NftExpression compare(int register, int operation, byte[] value) {
        return new NftExpression(
                "cmp", p -> p.be32(1, register).be32(2, operation).nest(3, d -> d.bytes(DATA_VALUE, value)));
    }

    /** Ands the register with a mask. */
    public static NftExpression mask(int register, byte[] mask) {
        return new NftExpression("bitwise", p -> p.be32(1, register)
                .be32(2, register)
                .be32(3, mask.length)
                .nest(4, d -> d.bytes(DATA_VALUE, mask))
                .nest(5, d -> d.bytes(DATA_VALUE, new byte[mask.length])));
    }

    /** Matches if any of the bits is set in the register's number. */
    public static NftExpression[] anyBit(int register, int bits) {
        return new NftExpression[] {mask(register, host(bits)), differs(register, host(0))};
    }

    /** Matches if the key in the registers is in the set. */
    public static NftExpression in(String set, int register) {
        return new NftExpression("lookup", p -> p.string(1, set).be32(2, register));
    }

    public static NftExpression notIn(String set, int register) {
        return new NftExpression(
                "lookup", p -> p.string(1, set).be32(2, register).be32(5, LOOKUP_INVERTED));
    }

    /** Loads what a map has for the key; matches if it has something. */
    public static NftExpression mapped(String map, int register, int result) {
        return new NftExpression(
                "lookup", p -> p.string(1, map).be32(2, register).be32(3, result));
    }

    /** Sends the connection to the address and port in two registers; ends the rule and its chain. */
    public static NftExpression dnat(int nfproto, int addressRegister, int portRegister) {
        return new NftExpression("nat", p -> p.be32(1, 1)
                .be32(2, nfproto)
                .be32(3, addressRegister)
                .be32(4, addressRegister)
                .be32(5, portRegister)
                .be32(6, portRegister));
    }

    /** Gives the connection the address of the device that it leaves through. */
    public static NftExpression masquerade() {
        return new NftExpression("masq", p -> {});
    }

    public static NftExpression accept() {
        return verdict(1, null);
    }

    public static NftExpression drop() {
        return verdict(0, null);
    }

    public static NftExpression jump(String chain) {
        return verdict(JUMP, chain);
    }

    private static NftExpression verdict(int code, @org.jspecify.annotations.Nullable String chain) {
        return new NftExpression("immediate", p -> p.be32(1, VERDICT)
                .nest(
                        2,
                        d -> d.nest(DATA_VERDICT, v -> {
                            v.be32(1, code);
                            if (chain != null) {
                                v.string(2, chain);
                            }
                        })));
    }

    /** A number as registers hold the kernel's own numbers. */
    public static byte[] host(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    /** The name of a device as registers hold it. */
    public static byte[] device(String name) {
        return Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), 16);
    }
}

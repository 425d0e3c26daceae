package dev.felucca.door.net;

import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Netlink;
import dev.felucca.door.internal.Sys;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Commits batches to nf_tables over nfnetlink, in the network namespace of the thread that opened it. Used by one thread at a
 * time.
 */
public final class NftSocket implements AutoCloseable {
    /** The family ip, of iptables. */
    public static final byte NFPROTO_IPV4 = 2;

    private static final int GETCHAIN = 4;
    private static final int SUBSYSTEM = 10;
    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;
    private static final int GETTABLE = 1;
    private static final int NLMSG_ERROR = 2;
    private static final int HEADER = 16;
    private static final byte NFPROTO_INET = 1;

    private final Netlink netlink;
    private int sequence;

    private NftSocket(Netlink netlink) {
        this.netlink = netlink;
    }

    /** Of the calling thread's network namespace. */
    public static NftSocket open() {
        return new NftSocket(Netlink.open(Netlink.NETLINK_NETFILTER));
    }

    /** Of another network namespace. */
    public static NftSocket open(Fd networkNamespace) {
        return new NftSocket(Netlink.open(Netlink.NETLINK_NETFILTER, networkNamespace));
    }

    /** Whether the inet table is there. */
    public boolean hasTable(String table) {
        Payload p =
                new Payload().header(NFPROTO_INET, (byte) 0, (byte) 0, (byte) 0).string(1, table);
        try {
            netlink.request("nftables get table " + table, SUBSYSTEM << 8 | GETTABLE, Netlink.NLM_F_ACK, p.done());
            return true;
        } catch (dev.felucca.api.KernelException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    /** Whether a table of another family has a chain. */
    public boolean hasChain(byte family, String table, String chain) {
        Payload p = new Payload()
                .header(family, (byte) 0, (byte) 0, (byte) 0)
                .string(1, table)
                .string(3, chain);
        try {
            netlink.request("nftables get chain " + chain, SUBSYSTEM << 8 | GETCHAIN, Netlink.NLM_F_ACK, p.done());
            return true;
        } catch (dev.felucca.api.KernelException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    /** Makes all changes of the batch, or none: KERNEL with the first that failed. */
    public void commit(NftBatch batch) {
        List<NftBatch.Message> messages = batch.messages();
        if (messages.isEmpty()) {
            return;
        }
        int size = 3 * 20
                + messages.stream()
                        .mapToInt(m -> HEADER + ((m.payload().remaining() + 3) & ~3))
                        .sum();
        ByteBuffer out = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        int begin = sequence + 1;
        ByteBuffer edge = ByteBuffer.wrap(new byte[] {0, 0, 0, SUBSYSTEM});
        put(out, BATCH_BEGIN, 0, edge);
        for (int i = 0; i < messages.size(); i++) {
            NftBatch.Message m = messages.get(i);
            int ack = i == messages.size() - 1 ? Netlink.NLM_F_ACK : 0;
            put(out, SUBSYSTEM << 8 | m.type(), m.flags() | ack, m.payload());
        }
        int last = sequence;
        put(out, BATCH_END, 0, edge);
        netlink.send("nftables", out.flip());
        awaitAnswers(messages, begin, last);
    }

    private void put(ByteBuffer out, int type, int flags, ByteBuffer payload) {
        int start = out.position();
        out.putInt(HEADER + payload.remaining()).putShort((short) type);
        out.putShort((short) (flags | Netlink.NLM_F_REQUEST)).putInt(++sequence).putInt(0);
        out.put(payload.duplicate());
        out.position(start + ((out.position() - start + 3) & ~3));
    }

    /**
     * The kernel answers each message that failed, and the last one in any case; if the batch as a whole is refused, it answers
     * the first header only.
     */
    private void awaitAnswers(List<NftBatch.Message> messages, int begin, int last) {
        int firstFailed = 0;
        int errno = 0;
        for (; ; ) {
            ByteBuffer in = netlink.receive("nftables");
            while (in.remaining() >= HEADER) {
                int start = in.position();
                int length = in.getInt(start);
                int id = in.getInt(start + 8);
                if ((in.getShort(start + 4) & 0xFFFF) == NLMSG_ERROR && id >= begin && id <= last) {
                    int error = -in.getInt(start + HEADER);
                    if (error != 0 && errno == 0) {
                        errno = error;
                        firstFailed = id;
                    }
                    if (id == last || id == begin) {
                        check(messages, firstFailed - begin - 1, errno);
                        return;
                    }
                }
                in.position(Math.min(in.limit(), start + Math.max(HEADER, (length + 3) & ~3)));
            }
        }
    }

    private static void check(List<NftBatch.Message> messages, int index, int errno) {
        if (errno != 0) {
            String what =
                    index >= 0 && index < messages.size() ? messages.get(index).what() : "batch";
            throw Sys.failure("nftables " + what, "", errno);
        }
    }

    @Override
    public void close() {
        netlink.close();
    }
}

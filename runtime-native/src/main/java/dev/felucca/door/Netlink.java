package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A netlink socket (netlink(7), rtnetlink(7)) for requests with an answer. It belongs to the network namespace of the
 * thread that opened it and can be used from any thread, by one at a time.
 */
public final class Netlink implements AutoCloseable {
    public static final int NETLINK_ROUTE = 0;
    public static final int NETLINK_NETFILTER = 12;

    public static final int NLM_F_REQUEST = 1;
    public static final int NLM_F_ACK = 4;
    public static final int NLM_F_DUMP = 0x300;
    public static final int NLM_F_EXCL = 0x200;
    public static final int NLM_F_CREATE = 0x400;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NLM_F_CAPPED = 0x100;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int HEADER = 16;
    private static final int RTM_NEWLINK = 16;
    private static final int IFF_UP = 1;
    private static final int IFLA_IFNAME = 3;

    private final Fd fd;
    private int sequence;

    /** An answer: its type and what follows the header, in the machine's byte order. */
    public record Reply(int type, ByteBuffer payload) {}

    private Netlink(Fd fd) {
        this.fd = fd;
    }

    /** A socket in the calling thread's network namespace. */
    public static Netlink open(int protocol) {
        Fd fd = Sys.fd("socket", "netlink " + protocol, Sys.raw(Nr.SOCKET, AF_NETLINK, SOCK_RAW_CLOEXEC, protocol));
        try {
            Sockets.setOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
            Sockets.setOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
        return new Netlink(fd);
    }

    /** A socket in another network namespace. */
    public static Netlink open(int protocol, Fd networkNamespace) {
        return Namespaces.inside(Map.of(NamespaceType.NETWORK, networkNamespace), () -> open(protocol));
    }

    /** Brings the loopback interface of a network namespace up. */
    public static void loopbackUp(Fd networkNamespace) {
        try (Netlink n = open(NETLINK_ROUTE, networkNamespace)) {
            n.linkUp("lo");
        }
    }

    /** Brings an interface up. */
    public void linkUp(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int attribute = 4 + bytes.length + 1;
        ByteBuffer b = ByteBuffer.allocate(16 + ((attribute + 3) & ~3)).order(ByteOrder.nativeOrder());
        b.putInt(8, IFF_UP).putInt(12, IFF_UP);
        b.putShort(16, (short) attribute).putShort(18, (short) IFLA_IFNAME).put(20, bytes);
        request("link set " + name + " up", RTM_NEWLINK, NLM_F_ACK, b);
    }

    /**
     * Sends a request and collects the answers, to the acknowledgement (NLM_F_ACK) or the end of a dump.
     *
     * @param what for messages
     * @param payload what follows the netlink header
     */
    public List<Reply> request(String what, int type, int flags, ByteBuffer payload) {
        int id = ++sequence;
        ByteBuffer m = Scratch.transfer();
        m.putInt(HEADER + payload.remaining()).putShort((short) type);
        m.putShort((short) (flags | NLM_F_REQUEST)).putInt(id).putInt(0).put(payload.duplicate());
        send(what, m.flip());
        List<Reply> replies = new ArrayList<>();
        boolean more = true;
        while (more) {
            ByteBuffer in = receive(what);
            while (more && in.remaining() >= HEADER) {
                more = take(what, in, id, replies);
            }
        }
        return replies;
    }

    /** Sends raw messages, such as a batch for nfnetlink. */
    public void send(String what, ByteBuffer messages) {
        int length = messages.remaining();
        int n = (int) Sys.check("netlink " + what, "", Descriptors.transfer(Nr.WRITE, fd, messages, 0, false));
        if (n != length) {
            throw EngineException.internal("netlink " + what + ": " + n + " of " + length + " bytes went", null);
        }
    }

    /** Receives one datagram, which may hold several messages; waits for it. */
    public ByteBuffer receive(String what) {
        ByteBuffer in = Scratch.transfer();
        Sys.check("netlink " + what, "", Descriptors.transfer(Nr.READ, fd, in, 0, true));
        ByteBuffer copy = ByteBuffer.allocate(in.flip().remaining()).order(ByteOrder.nativeOrder());
        return copy.put(in).flip();
    }

    /** Takes a message off the buffer; whether more are to come. */
    private static boolean take(String what, ByteBuffer in, int id, List<Reply> replies) {
        int start = in.position();
        int length = in.getInt(start);
        if (length < HEADER || length > in.remaining()) {
            throw EngineException.internal("netlink " + what + ": an answer of " + length + " bytes", null);
        }
        int type = in.getShort(start + 4) & 0xFFFF;
        int flags = in.getShort(start + 6);
        boolean ours = in.getInt(start + 8) == id;
        ByteBuffer payload = in.slice(start + HEADER, length - HEADER).order(ByteOrder.nativeOrder());
        in.position(Math.min(in.limit(), start + ((length + 3) & ~3)));
        if (!ours) {
            return true;
        }
        if (type == NLMSG_ERROR) {
            int error = -payload.getInt(0);
            if (error != 0) {
                String words = message(payload, flags);
                throw Sys.failure("netlink " + what + (words.isEmpty() ? "" : " (" + words + ")"), "", error);
            }
            return false;
        }
        if (type == NLMSG_DONE) {
            return false;
        }
        replies.add(new Reply(type, payload));
        return true;
    }

    /** The kernel's words in an extended acknowledgement, or nothing. */
    private static String message(ByteBuffer payload, int flags) {
        if ((flags & NLM_F_ACK_TLVS) == 0) {
            return "";
        }
        int at = 4 + ((flags & NLM_F_CAPPED) != 0 ? HEADER : (payload.getInt(4) + 3) & ~3);
        while (at + 4 <= payload.limit()) {
            int length = payload.getShort(at) & 0xFFFF;
            if ((payload.getShort(at + 2) & 0x3FFF) == NLMSGERR_ATTR_MSG) {
                byte[] text = new byte[Math.max(0, length - 5)];
                payload.get(at + 4, text);
                return new String(text, StandardCharsets.UTF_8);
            }
            at += Math.max(4, (length + 3) & ~3);
        }
        return "";
    }

    @Override
    public void close() {
        fd.close();
    }
}

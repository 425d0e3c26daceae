package dev.felucca.network.dns;

import dev.felucca.api.network.NetworkNames;
import dev.felucca.api.network.NetworkNames.Upstream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsResponseCode;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes a container's queries on, byte for byte but for the id, to the first server that answers. Used by the event loop only.
 *
 * <p>A query that comes back to us through its server, as with a server in the container that asks us, is ended by the limit
 * of queries under way.
 */
final class Forwarder {
    static final int UNDER_WAY = 256;

    private static final long AVOIDED_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** With these another server may know better. */
    private static final Set<Integer> UNABLE = Set.of(
            DnsResponseCode.SERVFAIL.intValue(), DnsResponseCode.NOTIMP.intValue(), DnsResponseCode.REFUSED.intValue());

    private final NetworkNames names;
    private final String containerId;
    private final EventLoop loop;
    private final Sockets sockets;
    private final Map<Upstream, DatagramUpstream> open = new HashMap<>();
    /** Servers that let a query wait, until when they are asked last. */
    private final Map<InetAddress, Long> avoided = new HashMap<>();

    private final long timeoutMillis;
    private int underWay;

    /** @param timeoutMillis how long a server is waited for before the next is asked */
    Forwarder(NetworkNames names, String containerId, EventLoop loop, Sockets sockets, long timeoutMillis) {
        this.names = names;
        this.containerId = containerId;
        this.loop = loop;
        this.sockets = sockets;
        this.timeoutMillis = timeoutMillis;
    }

    /**
     * @param message kept by the caller; the reply lies on the heap and need not be released
     * @param stream whether it came over tcp, and is asked so
     */
    void forward(Query query, ByteBuf message, boolean stream, Consumer<ByteBuf> reply) {
        List<Upstream> servers = servers();
        if (servers.isEmpty() || underWay >= UNDER_WAY) {
            reply.accept(Answers.refusal(query, DnsResponseCode.SERVFAIL));
            return;
        }
        underWay++;
        byte[] bytes = new byte[message.readableBytes()];
        message.getBytes(message.readerIndex(), bytes);
        new Forwarding(query, bytes, stream, reply, servers).next();
    }

    private List<Upstream> servers() {
        long now = System.nanoTime();
        avoided.values().removeIf(until -> until - now < 0);
        List<Upstream> all = new ArrayList<>(names.upstream(containerId));
        all.sort((a, b) -> Boolean.compare(avoided.containsKey(a.address()), avoided.containsKey(b.address())));
        return all;
    }

    void close() {
        List.copyOf(open.values()).forEach(DatagramUpstream::close);
    }

    /** One query and the servers that are still to be asked. */
    private final class Forwarding implements Exchange {
        private final Query query;
        private final byte[] message;
        private final boolean stream;
        private final Consumer<ByteBuf> reply;
        private final List<Upstream> servers;
        private int at;
        /** An answer that another server may have a better one than. */
        private @Nullable ByteBuf poor;

        Forwarding(Query query, byte[] message, boolean stream, Consumer<ByteBuf> reply, List<Upstream> servers) {
            this.query = query;
            this.message = message;
            this.stream = stream;
            this.reply = reply;
            this.servers = servers;
        }

        void next() {
            if (at >= servers.size()) {
                finish(poor == null ? Answers.refusal(query, DnsResponseCode.SERVFAIL) : poor);
                return;
            }
            Upstream server = servers.get(at++);
            if (stream) {
                new StreamUpstream(loop, sockets, server, timeoutMillis).ask(this);
            } else {
                open.computeIfAbsent(server, s -> new DatagramUpstream(loop, sockets, s, timeoutMillis, open::remove))
                        .ask(this);
            }
        }

        private void finish(ByteBuf answer) {
            underWay--;
            reply.accept(answer);
        }

        @Override
        public Query query() {
            return query;
        }

        @Override
        public ByteBuf message(int id) {
            return Unpooled.copiedBuffer(message).setShort(0, id);
        }

        @Override
        public void answered(ByteBuf answer) {
            ByteBuf own = Unpooled.copiedBuffer(answer).setShort(0, query.id());
            if (!UNABLE.contains(own.getUnsignedShort(2) & 0xF)) {
                finish(own);
                return;
            }
            poor = own;
            next();
        }

        @Override
        public void failed(boolean late) {
            if (late) {
                avoided.put(servers.get(at - 1).address(), System.nanoTime() + AVOIDED_NANOS);
            }
            next();
        }
    }
}

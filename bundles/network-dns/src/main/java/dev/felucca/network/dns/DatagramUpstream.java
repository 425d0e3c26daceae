package dev.felucca.network.dns;

import dev.felucca.api.network.NetworkNames.Upstream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connected socket to a server outside, for a while: its port is another one each time, and ids are random. Only what the server
 * sent, with the id and the question of a query, is an answer (RFC 5452 section 9.1). Used by the event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's: what fails is told to listeners and handlers
final class DatagramUpstream extends SimpleChannelInboundHandler<DatagramPacket> {
    private static final SecureRandom RANDOM = new SecureRandom();
    /** How long one socket is used for new queries. */
    private static final long LIFE_MILLIS = 5_000;

    private record Waiting(Exchange exchange, ScheduledFuture<?> timer) {}

    private final EventLoop loop;
    private final Upstream server;
    private final long timeoutMillis;
    private final Consumer<Upstream> gone;
    private final Map<Integer, Waiting> waiting = new HashMap<>();
    /** Those that wait for the socket. */
    private @Nullable List<Integer> unsent = new ArrayList<>();

    private @Nullable Channel channel;
    private boolean retired;

    /** @param gone told when this takes no more queries */
    DatagramUpstream(EventLoop loop, Sockets sockets, Upstream server, long timeoutMillis, Consumer<Upstream> gone) {
        this.loop = loop;
        this.server = server;
        this.timeoutMillis = timeoutMillis;
        this.gone = gone;
        sockets.datagrams(server.address(), server.fromHost()).whenCompleteAsync(this::opened, loop);
        loop.schedule(this::retire, LIFE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void opened(@Nullable Channel made, @Nullable Throwable failure) {
        if (made == null) {
            fail();
            return;
        }
        channel = made;
        made.pipeline().addLast(this);
        loop.register(made).addListener(r -> made.connect(new InetSocketAddress(server.address(), 53))
                .addListener(c -> {
                    List<Integer> all = unsent;
                    unsent = null;
                    if (!c.isSuccess()) {
                        fail();
                    } else if (all != null) {
                        all.forEach(this::send);
                    }
                    endIfIdle();
                }));
    }

    void ask(Exchange exchange) {
        int id;
        do {
            id = RANDOM.nextInt(1 << 16);
        } while (waiting.containsKey(id));
        int own = id;
        waiting.put(
                own, new Waiting(exchange, loop.schedule(() -> end(own, true), timeoutMillis, TimeUnit.MILLISECONDS)));
        if (unsent != null) {
            unsent.add(own);
        } else {
            send(own);
        }
    }

    private void send(int id) {
        Waiting w = waiting.get(id);
        Channel c = channel;
        if (w != null && c != null) {
            c.writeAndFlush(w.exchange().message(id)).addListener(sent -> {
                if (!sent.isSuccess()) {
                    end(id, false);
                }
            });
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
        ByteBuf answer = packet.content();
        if (answer.readableBytes() < Query.HEADER) {
            return;
        }
        int id = answer.getUnsignedShort(answer.readerIndex());
        Waiting w = waiting.get(id);
        if (w != null && Responses.answers(w.exchange().query(), answer)) {
            waiting.remove(id);
            w.timer().cancel(false);
            w.exchange().answered(answer);
            endIfIdle();
        }
    }

    private void end(int id, boolean late) {
        Waiting w = waiting.remove(id);
        if (w != null) {
            w.timer().cancel(false);
            w.exchange().failed(late);
            endIfIdle();
        }
    }

    /** The server's host has refused (ICMP), or it cannot be reached at all. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail();
    }

    private void fail() {
        retired = true;
        gone.accept(server);
        List.copyOf(waiting.keySet()).forEach(id -> end(id, false));
        endIfIdle();
    }

    private void retire() {
        if (!retired) {
            retired = true;
            gone.accept(server);
        }
        endIfIdle();
    }

    private void endIfIdle() {
        Channel c = channel;
        if (retired && waiting.isEmpty() && c != null) {
            c.close();
        }
    }

    void close() {
        fail();
    }
}

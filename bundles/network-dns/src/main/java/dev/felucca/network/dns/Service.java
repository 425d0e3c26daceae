package dev.felucca.network.dns;

import dev.felucca.api.network.NetworkNames;
import dev.felucca.door.Fd;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one container is answered. All of it happens on one event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's: what fails is told to listeners and handlers
final class Service {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final int CONNECTIONS = 64;
    private static final int CONNECTION_SECONDS = 10;
    private static final int LEAVE_SECONDS = 2;

    private final NetworkNames names;
    private final String containerId;
    private final EventLoop loop;
    private final Forwarder forwarder;
    private final Channel udp;
    private final Channel tcp;
    private final ChannelGroup connections;

    Service(
            NetworkNames names,
            String containerId,
            EventLoop loop,
            Executor opener,
            Listening listening,
            Fd namespace,
            long timeoutMillis) {
        this.names = names;
        this.containerId = containerId;
        this.loop = loop;
        forwarder = new Forwarder(names, containerId, loop, new Sockets(opener, namespace), timeoutMillis);
        connections = new DefaultChannelGroup(loop);
        udp = new NioDatagramChannel(listening.udp());
        udp.pipeline().addLast(new Datagrams());
        loop.register(udp).syncUninterruptibly();
        tcp = new ServerBootstrap()
                .group(loop)
                .channelFactory(() -> new NioServerSocketChannel(listening.tcp()))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel c) {
                        connected(c);
                    }
                })
                .register()
                .syncUninterruptibly()
                .channel();
    }

    private void connected(Channel c) {
        if (connections.size() >= CONNECTIONS) {
            c.close();
            return;
        }
        connections.add(c);
        c.eventLoop().schedule(() -> c.close(), CONNECTION_SECONDS, TimeUnit.SECONDS);
        c.pipeline()
                .addLast(new LengthFieldBasedFrameDecoder(StreamUpstream.MESSAGE_MAX + 2, 0, 2, 0, 2))
                .addLast(new LengthFieldPrepender(2))
                .addLast(new Stream());
    }

    private void asked(ByteBuf message, boolean stream, Consumer<ByteBuf> reply) {
        Query query;
        try {
            query = Query.read(message);
        } catch (Query.NotAnswerable e) {
            ByteBuf refusal = Answers.refusal(message, e.code);
            if (refusal != null) {
                reply.accept(refusal);
            }
            return;
        }
        Answers.local(names, containerId, query, stream)
                .ifPresentOrElse(reply, () -> forwarder.forward(query, message, stream, reply));
    }

    private final class Datagrams extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
            var sender = packet.sender();
            asked(packet.content(), false, answer -> ctx.writeAndFlush(new DatagramPacket(answer, sender)));
        }

        /** Such as the refusal of an answer by somebody who has gone. */
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            told(cause);
        }
    }

    private final class Stream extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf message) {
            asked(message, true, ctx::writeAndFlush);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            told(cause);
            ctx.close();
        }
    }

    private void told(@Nullable Throwable cause) {
        LOG.debug("name server of container {}: {}", containerId, String.valueOf(cause));
    }

    /** Leaves the listening sockets open, for a successor. Who has connected is answered, and has a little time to close. */
    void leave() {
        udp.deregister().syncUninterruptibly();
        tcp.deregister().syncUninterruptibly();
        connections.newCloseFuture().awaitUninterruptibly(LEAVE_SECONDS, TimeUnit.SECONDS);
        end();
    }

    void close() {
        udp.close().syncUninterruptibly();
        tcp.close().syncUninterruptibly();
        end();
    }

    private void end() {
        connections.close();
        loop.submit(forwarder::close).syncUninterruptibly();
    }
}

package dev.felucca.network.dns;

import dev.felucca.api.network.NetworkNames.Upstream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import java.net.InetSocketAddress;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One query to a server outside over tcp (RFC 7766), on a connection of its own. Used by the event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's: what fails is told to listeners and handlers
final class StreamUpstream extends SimpleChannelInboundHandler<ByteBuf> {
    static final int MESSAGE_MAX = 65_535;

    private final EventLoop loop;
    private final Sockets sockets;
    private final Upstream server;
    private final long timeoutMillis;
    private @Nullable Exchange exchange;
    private @Nullable NioSocketChannel channel;
    private @Nullable ScheduledFuture<?> timer;

    StreamUpstream(EventLoop loop, Sockets sockets, Upstream server, long timeoutMillis) {
        this.loop = loop;
        this.sockets = sockets;
        this.server = server;
        this.timeoutMillis = timeoutMillis;
    }

    void ask(Exchange asked) {
        exchange = asked;
        timer = loop.schedule(() -> end(null, true), timeoutMillis, TimeUnit.MILLISECONDS);
        sockets.stream(server.address(), server.fromHost()).whenCompleteAsync(this::opened, loop);
    }

    private void opened(@Nullable NioSocketChannel made, @Nullable Throwable failure) {
        Exchange e = exchange;
        if (made == null || e == null) {
            if (made != null) {
                made.unsafe().closeForcibly();
            }
            end(null, false);
            return;
        }
        channel = made;
        made.pipeline()
                .addLast(new LengthFieldBasedFrameDecoder(MESSAGE_MAX + 2, 0, 2, 0, 2))
                .addLast(new LengthFieldPrepender(2))
                .addLast(this);
        loop.register(made).addListener(r -> made.connect(new InetSocketAddress(server.address(), 53))
                .addListener(c -> {
                    if (c.isSuccess()) {
                        made.writeAndFlush(e.message(e.query().id()));
                    } else {
                        end(null, false);
                    }
                }));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf answer) {
        Exchange e = exchange;
        boolean whole = answer.readableBytes() >= Query.HEADER;
        if (e != null
                && whole
                && answer.getUnsignedShort(answer.readerIndex()) == e.query().id()) {
            end(Responses.answers(e.query(), answer) ? answer : null, false);
        } else {
            end(null, false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(null, false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end(null, false);
    }

    private void end(@Nullable ByteBuf answer, boolean late) {
        Exchange e = exchange;
        exchange = null;
        if (timer != null) {
            timer.cancel(false);
        }
        if (channel != null) {
            channel.close();
        }
        if (e == null) {
            return;
        }
        if (answer == null) {
            e.failed(late);
        } else {
            e.answered(answer);
        }
    }
}

package dev.felucca.docker.http;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Serves connections on one event loop. Handlers run on two small pools. */
final class HttpServer implements AutoCloseable {
    private static final int QUICK_THREADS = 4;
    /** How many long bodies are on their way at once; others wait. */
    private static final int BLOCKING_THREADS = 64;

    private static final int IDLE_SECONDS = 10;
    /** The longest request line and the longest headers, in bytes: filters go into the request line. */
    private static final int MAX_LINE = 64 << 10;

    /** What may wait for a slow client, in bytes. */
    private static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(64 << 10, 256 << 10);

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("docker-api-loop", true), NioIoHandler.newFactory());
    private final ThreadPoolExecutor quick = pool("docker-api", QUICK_THREADS);
    private final ThreadPoolExecutor blocking = pool("docker-api-body", BLOCKING_THREADS);
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    // one small arena: most answers are short, and streams are copied piece by piece
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true, 0, 1, 8192, 6, 0, 0, false);
    private final Router router;
    private final Map<String, String> standing;

    HttpServer(Router router, Map<String, String> standing) {
        this.router = router;
        this.standing = standing;
    }

    private static ThreadPoolExecutor pool(String name, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(name, true));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Takes a client over. */
    void serve(SocketChannel client) {
        UnixChannel channel = new UnixChannel(client);
        channel.config().setAllocator(allocator).setWriteBufferWaterMark(WATER);
        channel.pipeline()
                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                        .setMaxInitialLineLength(MAX_LINE)
                        .setMaxHeaderSize(MAX_LINE)))
                .addLast(new Connection(channel, channel.user(), router, quick, blocking, standing));
        connections.add(channel);
        var unused = loop.register(channel);
    }

    /** Closes all connections. */
    @Override
    public void close() {
        connections.close().awaitUninterruptibly();
        quick.shutdown();
        blocking.shutdownNow();
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}

package dev.felucca.docker.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.FileRegion;
import io.netty.channel.nio.AbstractNioByteChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A unix socket that was accepted. Netty's own channel for them closes both ways when the client ends one (its half-closure is
 * only known to TCP); here {@link ChannelInputShutdownEvent} tells of it, and writing goes on. Nothing is read after that.
 */
final class UnixChannel extends AbstractNioByteChannel {
    private final ChannelConfig config = new Config();
    private boolean inputEnded; // on the event loop

    UnixChannel(SocketChannel accepted) {
        super(null, accepted);
    }

    private final class Config extends DefaultChannelConfig {
        Config() {
            super(UnixChannel.this);
        }

        @Override
        protected void autoReadCleared() {
            clearReadPending();
        }
    }

    /** Of the process that connected, as this host names it; null if the kernel does not tell. */
    @Nullable
    String user() {
        try {
            return javaChannel()
                    .getOption(ExtendedSocketOptions.SO_PEERCRED)
                    .user()
                    .getName();
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    @Override
    protected SocketChannel javaChannel() {
        return (SocketChannel) super.javaChannel();
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isActive() {
        return javaChannel().isOpen();
    }

    @Override
    protected int doReadBytes(ByteBuf into) throws Exception {
        var handle = unsafe().recvBufAllocHandle();
        handle.attemptedBytesRead(into.writableBytes());
        int n = into.writeBytes(javaChannel(), handle.attemptedBytesRead());
        if (n >= 0) {
            return n;
        }
        config.setAutoRead(false);
        if (!inputEnded) {
            inputEnded = true;
            // behind what was read just before
            eventLoop().execute(() -> pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE));
        }
        return 0;
    }

    @Override
    protected int doWriteBytes(ByteBuf from) throws Exception {
        return from.readBytes(javaChannel(), from.readableBytes());
    }

    @Override
    protected long doWriteFileRegion(FileRegion region) throws Exception {
        return region.transferTo(javaChannel(), region.transferred());
    }

    @Override
    protected ChannelFuture shutdownInput() {
        return newFailedFuture(new UnsupportedOperationException("a client's input ends when the client says so"));
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return null;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return null;
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException("the channel was accepted");
    }

    @Override
    protected boolean doConnect(SocketAddress remote, SocketAddress local) {
        throw new UnsupportedOperationException("the channel was accepted");
    }

    @Override
    protected void doFinishConnect() {
        throw new UnsupportedOperationException("the channel was accepted");
    }

    @Override
    protected void doDisconnect() throws IOException {
        doClose();
    }

    @Override
    protected void doClose() throws IOException {
        javaChannel().close();
    }
}

package dev.felucca.shell.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client from accept to close: hello, one command, exit. */
final class Connection {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    private static final byte[] MAGIC = "felucca".getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel socket;
    private final FrameChannel channel;
    private final CommandRunner runner;
    private final Executor threads;
    private final Consumer<Connection> closed;
    private volatile @Nullable SocketTerminal terminal;

    Connection(SocketChannel socket, CommandRunner runner, Executor threads, Consumer<Connection> closed) {
        this.socket = socket;
        this.channel = new FrameChannel(socket);
        this.runner = runner;
        this.threads = threads;
        this.closed = closed;
    }

    /** Serves the client; returns when its command is over. */
    void serve() {
        try {
            authorize();
            ExecRequest request = request();
            if (request == null) return;
            SocketTerminal t = new SocketTerminal(channel, request);
            terminal = t;
            threads.execute(() -> read(t));
            runner.run(request, t);
            t.finish();
        } catch (IOException e) {
            refuse(e);
        } catch (RuntimeException | Error e) {
            log.error("A shell connection failed", e);
            close("the engine failed: " + e);
        } finally {
            closeQuietly();
            closed.accept(this);
        }
    }

    /** Only root and the engine's own user may command it. */
    private void authorize() throws IOException {
        String peer = socket.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        if (!peer.equals("root") && !peer.equals(System.getProperty("user.name")))
            throw new ProtocolException("user " + peer + " may not command this engine, only root may");
    }

    private @Nullable ExecRequest request() throws IOException {
        Frame hello = channel.read();
        if (hello == null) return null; // someone asked whether anyone listens
        ByteBuffer b = hello.payload();
        if (hello.type() != Frame.Type.HELLO
                || b.remaining() != MAGIC.length + 1
                || b.slice(0, MAGIC.length).compareTo(ByteBuffer.wrap(MAGIC)) != 0)
            throw new ProtocolException("this is not a felucca client");
        int version = b.get(MAGIC.length);
        if (version != Frame.VERSION)
            throw new ProtocolException(
                    "the client speaks version " + version + " of the protocol, this engine version " + Frame.VERSION
                            + "; restart the engine with `felucca shutdown`");
        Frame exec = channel.read();
        if (exec == null) return null;
        if (exec.type() != Frame.Type.EXEC) throw new ProtocolException(exec.type() + " in place of EXEC");
        return ExecRequest.parse(exec.payload());
    }

    private void read(SocketTerminal t) {
        try {
            Frame frame;
            while ((frame = channel.read()) != null) t.received(frame);
        } catch (ProtocolException e) {
            refuse(e);
        } catch (ClosedChannelException e) {
            log.trace("The connection was closed on this side", e);
        } catch (IOException e) {
            log.debug("A client broke off", e);
        }
        closeQuietly();
        t.hangup();
    }

    private void refuse(IOException e) {
        if (e instanceof ProtocolException) {
            log.warn("A shell client was refused: {}", e.getMessage());
            close(String.valueOf(e.getMessage()));
        } else {
            log.debug("A client broke off", e);
        }
    }

    /** Ends the connection with a reason that the client prints. */
    void close(String reason) {
        try {
            channel.write(Frame.error(reason));
        } catch (IOException e) {
            log.debug("A client was gone before it could be told: {}", reason, e);
        }
        closeQuietly();
        SocketTerminal t = terminal;
        if (t != null) t.hangup();
    }

    private void closeQuietly() {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("Closing a connection failed", e);
        }
    }
}

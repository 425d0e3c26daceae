package dev.felucca.docker.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection: one request after the other, each answered before the next is looked at. All fields belong to the event
 * loop; the handlers run on the executors.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    /** How long a body that is read whole may take to come. */
    private static final long BODY_SECONDS = 60;

    private final Channel channel;
    private final @Nullable String user;
    private final Answers answers;
    private final Router router;
    private final Executor quick;
    private final Executor blocking;
    /** What came while an answer was under way. */
    private final ArrayDeque<HttpObject> backlog = new ArrayDeque<>();

    private @Nullable Incoming incoming;
    private @Nullable Exchange exchange;
    private @Nullable ResponseStream stream;
    private volatile @Nullable Hijack hijack;

    /**
     * @param user of the client's process, if it is known
     * @param quick for handlers that do not wait
     * @param blocking for those that read or write a long body
     * @param standing headers of every answer
     */
    Connection(
            Channel channel,
            @Nullable String user,
            Router router,
            Executor quick,
            Executor blocking,
            Map<String, String> standing) {
        this.channel = channel;
        this.user = user;
        this.answers = new Answers(channel, standing);
        this.router = router;
        this.quick = quick;
        this.blocking = blocking;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Hijack taken = hijack;
        if (message instanceof ByteBuf bytes && taken != null) {
            taken.received(bytes);
        } else if (message instanceof HttpObject part) {
            if (!backlog.isEmpty() || (exchange != null && incoming == null)) {
                backlog.add(part);
                channel.config().setAutoRead(false);
            } else {
                take(part);
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void take(HttpObject part) {
        try {
            if (part.decoderResult().isFailure()) {
                malformed(part.decoderResult().cause());
                return;
            }
            if (part instanceof HttpRequest head) {
                begin(head);
            }
            Incoming in = incoming;
            if (part instanceof HttpContent content && in != null) {
                content(in, content);
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void malformed(Throwable cause) {
        int status = cause instanceof TooLongHttpLineException
                ? 414
                : cause instanceof TooLongHttpHeaderException ? 431 : 400;
        answers.lastOne();
        answers.failure(
                status, "malformed request: " + (cause.getMessage() == null ? cause.toString() : cause.getMessage()));
    }

    private void begin(HttpRequest head) {
        answers.answering(head);
        Incoming in = incoming(head);
        incoming = in;
        if (in.failure == null && HttpUtil.is100ContinueExpected(head)) {
            answers.goOn();
        }
        if (in.pipe != null && in.found != null) {
            dispatch(in.found, in, new byte[0], in.pipe);
        }
    }

    private Incoming incoming(HttpRequest head) {
        try {
            Router.Found found = router.find(head.method().name(), head.uri());
            boolean piped = found.route().body() == Route.Body.STREAM;
            return new Incoming(
                    head,
                    found,
                    null,
                    piped ? new BodyPipe(on -> channel.config().setAutoRead(on)) : null);
        } catch (RuntimeException e) {
            return new Incoming(head, null, e, null);
        }
    }

    private void content(Incoming in, HttpContent content) {
        if (!in.add(content.content())) {
            // what is still to come is not waited for
            incoming = null;
            in.cancelDeadline();
            answers.lastOne();
            answers.failure(new Failures.TooLargeException(Incoming.MAX_BODY));
        } else if (content instanceof LastHttpContent) {
            incoming = null;
            in.cancelDeadline();
            complete(in);
        } else if (in.pipe == null && !in.hasDeadline()) {
            in.deadline(channel.eventLoop().schedule(() -> late(in), BODY_SECONDS, TimeUnit.SECONDS));
        }
    }

    private void late(Incoming in) {
        if (incoming == in) {
            answers.lastOne();
            answers.failure(408, "the request's body did not come within " + BODY_SECONDS + " seconds");
        }
    }

    private void complete(Incoming in) {
        Router.Found found = in.found;
        if (in.pipe != null) {
            in.pipe.complete();
            if (exchange == null) {
                next();
            }
        } else if (found == null) {
            answers.failure(Objects.requireNonNull(in.failure));
        } else {
            if (found.route().body() == Route.Body.HIJACK) {
                // at once: what follows in the same packet is no request
                hijack = new Hijack(channel);
                channel.config().setAutoRead(false);
                channel.pipeline().remove(HttpServerCodec.class);
            }
            dispatch(found, in, in.body(), null);
        }
    }

    private void dispatch(Router.Found found, Incoming in, byte[] body, @Nullable BodyPipe pipe) {
        Request request = new Request(
                in.head.method().name(),
                found.path(),
                found.version(),
                found.query(),
                found.names(),
                in.headers(),
                ByteBuffer.wrap(body),
                pipe == null ? InputStream.nullInputStream() : pipe);
        Exchange begun = new Exchange(this, request);
        exchange = begun;
        (pipe == null && !found.route().isLong() ? quick : blocking).execute(() -> {
            try {
                if (pipe == null) {
                    request.requireJson();
                }
                router.gate().check(found.route(), request, user);
                found.route().handler().handle(begun);
            } catch (Exception | Error e) {
                begun.fail(e);
            } finally {
                if (pipe != null) {
                    pipe.close();
                }
            }
        });
    }

    private void onLoop(Runnable action) {
        if (channel.eventLoop().inEventLoop()) {
            action.run();
        } else {
            channel.eventLoop().execute(action);
        }
    }

    void respond(Exchange from, int status, @Nullable String type, byte[] body, Map<String, String> headers) {
        onLoop(() -> {
            if (exchange != from) {
                return;
            }
            if (hijack != null) {
                answers.refused(status, type, body);
            } else {
                answers.whole(status, type, body, headers);
            }
            done(from);
        });
    }

    ResponseStream begin(Exchange from, int status, String type, Map<String, String> headers) {
        ResponseStream begun = new ResponseStream(this, from, channel);
        onLoop(() -> {
            if (exchange != from || !channel.isActive()) {
                begun.closed();
                return;
            }
            stream = begun;
            answers.begin(status, type, headers);
        });
        return begun;
    }

    /** The stream's last piece is on its way. */
    void finished(Exchange from) {
        onLoop(() -> {
            if (exchange == from) {
                stream = null;
                answers.ended();
                done(from);
            }
        });
    }

    /** An answer that had begun cannot be completed. */
    void abort(Exchange from, String why) {
        onLoop(() -> {
            if (exchange == from) {
                log.debug("an answer was broken off: {}", why);
                var unused = channel.close();
            }
        });
    }

    Hijack hijack(Exchange from, String type) {
        Hijack taken = Objects.requireNonNull(hijack, "the route does not take connections over");
        answers.hijacked(from.request().wantsUpgrade(), type);
        return taken;
    }

    private void done(Exchange answered) {
        answered.complete();
        exchange = null;
        Incoming in = incoming;
        if (in != null && in.pipe != null) {
            // the rest of a body that nobody reads is not waited for
            Answers.closeAfterAll(channel);
        } else if (hijack == null) {
            next();
        }
    }

    /** Looks at what came while an answer was under way. */
    private void next() {
        while (!backlog.isEmpty() && (exchange == null || incoming != null)) {
            take(backlog.remove());
        }
        if (backlog.isEmpty() && hijack == null) {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            return;
        }
        Hijack taken = hijack;
        Exchange running = exchange;
        if (taken != null) {
            taken.receivedEnd();
        } else if (running == null || stream != null) {
            var unused = channel.close();
        } else {
            // it may have asked, and ended its side at once: it hears the answer
            answers.lastOne();
            if (incoming != null) {
                incoming.breakOff();
            }
            running.clientGone();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!channel.isWritable()) {
            return;
        }
        Hijack taken = hijack;
        if (taken != null) {
            taken.writable();
        }
        if (stream != null) {
            stream.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        backlog.forEach(ReferenceCountUtil::release);
        backlog.clear();
        if (incoming != null) {
            incoming.breakOff();
        }
        incoming = null;
        if (stream != null) {
            stream.closed();
        }
        Exchange unanswered = exchange;
        if (unanswered != null) {
            unanswered.clientGone();
        }
        Hijack taken = hijack;
        if (taken != null) {
            taken.closed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("a client broke off", cause);
        } else {
            log.error("a connection failed", cause);
        }
        var unused = ctx.close();
    }
}

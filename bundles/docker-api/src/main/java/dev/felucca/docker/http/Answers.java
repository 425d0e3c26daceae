package dev.felucca.docker.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the answers of one connection. The state belongs to the event loop. */
final class Answers {
    private static final Logger log = LoggerFactory.getLogger(Answers.class);
    static final String JSON = "application/json";

    private final Channel channel;
    private final Map<String, String> standing;
    /** Whether the connection goes on after the answer. */
    private boolean keepAlive = true;
    /** A client that does not know of chunks. */
    private boolean http10;

    Answers(Channel channel, Map<String, String> standing) {
        this.channel = channel;
        this.standing = standing;
    }

    /** Writes and flushes; a failure closes the connection. */
    static void send(Channel channel, Object message) {
        var unused = channel.writeAndFlush(message).addListener((ChannelFutureListener) Answers::written);
    }

    private static void written(ChannelFuture done) {
        if (!done.isSuccess()) {
            log.debug("an answer was not sent", done.cause());
            var unused = done.channel().close();
        }
    }

    /** Closes when all that was written is sent. */
    static void closeAfterAll(Channel channel) {
        var unused = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** What the next answer has to be like. */
    void answering(HttpRequest head) {
        keepAlive = HttpUtil.isKeepAlive(head);
        http10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }

    void lastOne() {
        keepAlive = false;
    }

    void goOn() {
        send(channel, new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }

    void failure(Throwable failure) {
        failure(Failures.status(failure), Failures.message(failure));
    }

    void failure(int status, String message) {
        whole(status, JSON, Json.bytes(Failures.body(message)), Map.of());
    }

    /** A whole answer. */
    void whole(int status, @Nullable String type, byte[] body, Map<String, String> headers) {
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.wrappedBuffer(body));
        head(response, type, headers);
        if (status != 204 && status != 304 && !response.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        send(channel, response);
        if (!keepAlive) {
            closeAfterAll(channel);
        }
    }

    /** The head of an answer whose body follows. */
    void begin(int status, String type, Map<String, String> headers) {
        if (http10) {
            keepAlive = false;
        }
        var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        head(response, type, headers);
        HttpUtil.setTransferEncodingChunked(response, !http10);
        send(channel, response);
    }

    /** The body that followed is complete. */
    void ended() {
        if (!keepAlive) {
            closeAfterAll(channel);
        }
    }

    private void head(HttpResponse response, @Nullable String type, Map<String, String> headers) {
        standing.forEach((name, value) -> response.headers().set(name, value));
        if (type != null) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
        }
        headers.forEach((name, value) -> response.headers().set(name, value));
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    /** The connection is the handler's from here on. Callable from any thread; the codec is gone already, as in what follows. */
    void hijacked(boolean upgrade, String type) {
        raw(
                upgrade ? "101 UPGRADED" : "200 OK",
                "Content-Type: " + type + "\r\n" + (upgrade ? "Connection: Upgrade\r\nUpgrade: tcp\r\n" : ""),
                new byte[0]);
    }

    /** The connection is not taken over. */
    void refused(int status, @Nullable String type, byte[] body) {
        raw(
                HttpResponseStatus.valueOf(status).toString(),
                (type == null ? "" : "Content-Type: " + type + "\r\n") + "Content-Length: " + body.length
                        + "\r\nConnection: close\r\n",
                body);
        closeAfterAll(channel);
    }

    private void raw(String status, String lines, byte[] body) {
        StringBuilder head =
                new StringBuilder("HTTP/1.1 ").append(status).append("\r\n").append(lines);
        standing.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("\r\n");
        send(channel, Unpooled.wrappedBuffer(head.toString().getBytes(StandardCharsets.US_ASCII), body));
    }
}

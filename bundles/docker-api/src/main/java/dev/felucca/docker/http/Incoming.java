package dev.felucca.docker.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A request that is not wholly here. Belongs to the event loop. */
final class Incoming {
    /** The longest body that is read whole. */
    static final int MAX_BODY = 4 << 20;

    final HttpRequest head;
    /** Its route, or null for {@link #failure}. */
    final Router.@Nullable Found found;

    final @Nullable Throwable failure;
    /** For a body that its handler reads as it comes. */
    final @Nullable BodyPipe pipe;

    private final ByteArrayOutputStream whole = new ByteArrayOutputStream(0);
    private @Nullable Future<?> deadline;

    Incoming(HttpRequest head, Router.@Nullable Found found, @Nullable Throwable failure, @Nullable BodyPipe pipe) {
        this.head = head;
        this.found = found;
        this.failure = failure;
        this.pipe = pipe;
    }

    /** @return false if it is too large */
    boolean add(ByteBuf content) {
        if (pipe != null) {
            pipe.put(content.retain());
        } else if (failure == null) {
            if (whole.size() + content.readableBytes() > MAX_BODY) {
                return false;
            }
            whole.writeBytes(ByteBufUtil.getBytes(content));
        }
        return true;
    }

    byte[] body() {
        return whole.toByteArray();
    }

    /** By name in lower case, the first value of each. */
    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        head.headers().forEach(h -> headers.putIfAbsent(h.getKey().toLowerCase(Locale.ROOT), h.getValue()));
        return headers;
    }

    void deadline(Future<?> timer) {
        deadline = timer;
    }

    boolean hasDeadline() {
        return deadline != null;
    }

    void cancelDeadline() {
        Future<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** The client has gone. */
    void breakOff() {
        cancelDeadline();
        if (pipe != null) {
            pipe.breakOff("the client has gone before the request was complete");
        }
    }
}

package dev.felucca.docker.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A request and its answer, which is given exactly once, from any thread: one of {@link #json}, {@link #empty}, {@link #text},
 * {@link #fail}, {@link #stream}, {@link #hijack}. Thread-safe; no method blocks.
 */
public final class Exchange {
    private final Connection connection;
    private final Request request;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final List<Runnable> onGone = new ArrayList<>(); // guarded by itself
    private boolean gone; // guarded by onGone
    private boolean over; // guarded by onGone

    Exchange(Connection connection, Request request) {
        this.connection = connection;
        this.request = request;
    }

    public Request request() {
        return request;
    }

    public void json(int status, JsonNode body) {
        if (take()) {
            connection.respond(this, status, "application/json", Json.bytes(body), Map.of());
        }
    }

    public void json(JsonNode body) {
        json(200, body);
    }

    public void empty(int status) {
        empty(status, Map.of());
    }

    public void empty(int status, Map<String, String> headers) {
        if (take()) {
            connection.respond(this, status, null, new byte[0], headers);
        }
    }

    public void text(String text, Map<String, String> headers) {
        if (take()) {
            connection.respond(
                    this,
                    200,
                    "text/plain; charset=utf-8",
                    text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    headers);
        }
    }

    /** Answers with what went wrong; once the answer has begun, breaks the connection off. */
    public void fail(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        if (!take()) {
            String why = Failures.message(cause);
            connection.abort(this, why);
            return;
        }
        int status = Failures.status(cause);
        byte[] body = status == 304 ? new byte[0] : Json.bytes(Failures.body(Failures.message(cause)));
        connection.respond(this, status, body.length == 0 ? null : "application/json", body, Map.of());
    }

    /** An answer whose body comes bit by bit; its head is sent at once. */
    public ResponseStream stream(int status, String contentType, Map<String, String> headers) {
        if (!take()) {
            throw new IllegalStateException("the request is answered already");
        }
        return connection.begin(this, status, contentType, headers);
    }

    public ResponseStream stream(String contentType) {
        return stream(200, contentType, Map.of());
    }

    /** Takes the connection over; only on a route that says so. */
    public Hijack hijack(String contentType) {
        if (!take()) {
            throw new IllegalStateException("the request is answered already");
        }
        return connection.hijack(this, contentType);
    }

    private boolean take() {
        return answered.compareAndSet(false, true);
    }

    /** Passes on what a stage gives; its failure is the answer. */
    public <T> void when(CompletionStage<T> stage, Consumer<? super T> then) {
        var unused = stage.whenComplete((value, failure) -> {
            if (failure != null) {
                fail(failure);
                return;
            }
            try {
                then.accept(value);
            } catch (RuntimeException e) {
                fail(e);
            }
        });
    }

    /** The action is called once if the client goes before the answer is complete; at once if it has gone. */
    public void onGone(Runnable action) {
        synchronized (onGone) {
            if (over) {
                return;
            }
            if (!gone) {
                onGone.add(action);
                return;
            }
        }
        action.run();
    }

    /** Called on the event loop. */
    void clientGone() {
        List<Runnable> actions;
        synchronized (onGone) {
            if (gone || over) {
                return;
            }
            gone = true;
            actions = List.copyOf(onGone);
            onGone.clear();
        }
        actions.forEach(Runnable::run);
    }

    /** The answer is complete. */
    void complete() {
        synchronized (onGone) {
            over = true;
            onGone.clear();
        }
    }
}

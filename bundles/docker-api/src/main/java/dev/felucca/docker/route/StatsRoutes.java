package dev.felucca.docker.route;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStats;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Failures;
import dev.felucca.docker.http.Json;
import dev.felucca.docker.http.ResponseStream;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.json.StatsJson;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What containers use: once, or a sample a second. */
final class StatsRoutes {
    private static final long PERIOD_SECONDS = 1;

    private final Engine engine;

    StatsRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(Routes.get("/containers/{}/stats", this::stats, "stream", "one-shot"));
    }

    private void stats(Exchange x) throws IOException {
        ContainerInfo c = engine.views().get(x.request().name());
        boolean stream = x.request().query().flag("stream", true);
        boolean once = x.request().query().flag("one-shot");
        if (stream && once) {
            throw EngineException.invalid("cannot have stream=true and one-shot=true");
        }
        long memory = Host.memory();
        ContainerStats first = sample(c.id());
        if (!stream) {
            if (once || first == null) {
                x.json(StatsJson.of(c, first, null, memory));
                return;
            }
            later(() -> x.json(StatsJson.of(c, sample(c.id()), first, memory)), x::fail);
            return;
        }
        ResponseStream out = x.stream("application/json");
        boolean[] gone = new boolean[1];
        x.onGone(() -> gone[0] = true);
        out.write(Json.line(StatsJson.of(c, first, null, memory)));
        next(c, out, gone, first, memory);
    }

    private void next(
            ContainerInfo c, ResponseStream out, boolean[] gone, @Nullable ContainerStats before, long memory) {
        later(
                () -> {
                    if (gone[0]) {
                        return;
                    }
                    ContainerStats now = sample(c.id());
                    // a client that is behind misses samples
                    if (out.isWritable()) {
                        out.write(Json.line(StatsJson.of(c, now, before, memory)));
                    }
                    next(c, out, gone, now, memory);
                },
                failure -> {
                    Throwable cause = Failures.cause(failure);
                    if (cause instanceof EngineException e && e.kind() == EngineException.Kind.NOT_FOUND) {
                        out.end(); // it is removed
                    } else {
                        out.abort(Failures.message(cause));
                    }
                });
    }

    private static void later(Runnable action, java.util.function.Consumer<Throwable> onFailure) {
        var unused = CompletableFuture.runAsync(
                        action, CompletableFuture.delayedExecutor(PERIOD_SECONDS, TimeUnit.SECONDS))
                .exceptionally(failure -> {
                    onFailure.accept(failure);
                    return null;
                });
    }

    /** Null for one that does not run. */
    private @Nullable ContainerStats sample(String id) {
        try {
            return engine.views().stats(id);
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.CONFLICT) {
                return null;
            }
            throw e;
        }
    }
}

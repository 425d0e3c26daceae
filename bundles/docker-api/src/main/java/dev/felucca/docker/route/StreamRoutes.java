package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerLifecycle.WaitCondition;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.container.ContainerStreams.LogOptions;
import dev.felucca.api.container.ContainerStreams.LogReading;
import dev.felucca.api.container.DetachKeys;
import dev.felucca.api.event.EngineEvent;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Failures;
import dev.felucca.docker.http.Hijack;
import dev.felucca.docker.http.Json;
import dev.felucca.docker.http.Query;
import dev.felucca.docker.http.ResponseStream;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.http.Route.Body;
import dev.felucca.json.ApiJson;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A container's streams: attach, logs, wait, resize. */
final class StreamRoutes {
    private final Engine engine;

    StreamRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.of(
                        "POST",
                        "/containers/{}/attach",
                        Body.HIJACK,
                        Set.of("detachKeys", "logs", "stream", "stdin", "stdout", "stderr"),
                        this::attach),
                Routes.get(
                        "/containers/{}/logs",
                        this::logs,
                        "follow",
                        "stdout",
                        "stderr",
                        "since",
                        "until",
                        "timestamps",
                        "tail",
                        "details"),
                Routes.post("/containers/{}/wait", this::await, "condition"),
                Routes.post("/containers/{}/resize", this::resize, "h", "w"));
    }

    private void resize(Exchange x) {
        int rows = x.request().query().required("h");
        int columns = x.request().query().required("w");
        ContainerInfo c = engine.views().get(x.request().name());
        if (!c.state().isRunning()) {
            throw EngineException.conflict("Container " + c.id() + " is not running");
        }
        engine.streams().resize(c.id(), rows, columns);
        x.empty(200);
    }

    /** The head goes out at once: clients start the container when they have it. */
    private void await(Exchange x) {
        String condition = x.request().query().text("condition");
        WaitCondition until =
                switch (condition == null ? "not-running" : condition) {
                    case "not-running" -> WaitCondition.NOT_RUNNING;
                    case "next-exit" -> WaitCondition.NEXT_EXIT;
                    case "removed" -> WaitCondition.REMOVED;
                    default -> throw EngineException.invalid("invalid condition: \"" + condition + "\"");
                };
        engine.views().get(x.request().name());
        CompletableFuture<ExitStatus> exit =
                engine.lifecycle().wait(x.request().name(), until).toCompletableFuture();
        ResponseStream out = x.stream("application/json");
        x.onGone(() -> out.abort("the client has gone"));
        boolean old = !x.request().version().atLeast(42);
        var unused = exit.whenComplete((status, failure) -> {
            ObjectNode o = ApiJson.object();
            if (failure != null) {
                o.put("StatusCode", -1).putObject("Error").put("Message", Failures.message(Failures.cause(failure)));
            } else {
                if (old) {
                    o.putNull("Error");
                }
                o.put("StatusCode", status.code());
            }
            out.write(Json.line(o));
            out.end();
        });
    }

    private static Set<StreamKind> shown(Query q) {
        Set<StreamKind> shown = EnumSet.noneOf(StreamKind.class);
        if (q.flag("stdout")) {
            shown.add(StreamKind.STDOUT);
        }
        if (q.flag("stderr")) {
            shown.add(StreamKind.STDERR);
        }
        return shown;
    }

    private void attach(Exchange x) {
        Query q = x.request().query();
        ContainerInfo c = engine.views().get(x.request().name());
        if (c.state().status() == ContainerStatus.PAUSED) {
            throw EngineException.conflict(
                    "container " + x.request().name() + " is paused, unpause the container before attach");
        }
        if (c.state().status() == ContainerStatus.RESTARTING) {
            throw EngineException.conflict(
                    "container " + x.request().name() + " is restarting, wait until the container is running");
        }
        boolean tty = c.config().tty();
        boolean stream = q.flag("stream");
        // asked for without open stdin it means nothing, as in docker
        boolean stdin = stream && q.flag("stdin") && c.config().openStdin();
        String keys = q.get("detachKeys");
        DetachKeys detach =
                tty && stdin ? DetachKeys.parse(keys == null || keys.isEmpty() ? DetachKeys.DEFAULT : keys) : null;
        Hijack connection =
                x.hijack(StdCopy.contentType(tty, x.request().version().minor()));
        var joined = new Joined(connection, tty, shown(q), stdin, detach, () -> detached(c), true);
        x.onGone(joined::gone);
        if (q.flag("logs")) {
            var replay = new LogReplay(joined, stream ? () -> join(c, stdin, joined) : joined::end);
            LogReading reading = engine.streams().logs(c.id(), new LogOptions(false, -1, null, null), replay);
            x.onGone(reading::close);
        } else if (stream) {
            join(c, stdin, joined);
        } else {
            joined.end();
        }
    }

    private void join(ContainerInfo c, boolean stdin, Joined joined) {
        Attachment attachment = engine.streams().attach(c.id(), stdin, joined);
        joined.begin(attachment);
        engine.events().publish(event(c, "attach"));
    }

    private void detached(ContainerInfo c) {
        engine.events().publish(event(c, "detach"));
    }

    private static EngineEvent event(ContainerInfo c, String action) {
        return new EngineEvent(
                "container", action, c.id(), Map.of("image", c.image(), "name", c.name()), Instant.now());
    }

    private void logs(Exchange x) {
        Query q = x.request().query();
        ContainerInfo c = engine.views().get(x.request().name());
        Set<StreamKind> shown = shown(q);
        if (shown.isEmpty()) {
            throw EngineException.invalid("Bad parameters: you must choose at least one stream");
        }
        var options = new LogOptions(
                q.flag("follow"), tail(q.text("tail")), Instants.parse(q.get("since")), Instants.parse(q.get("until")));
        boolean tty = c.config().tty();
        ResponseStream out =
                x.stream(StdCopy.contentType(tty, x.request().version().minor()));
        var writer = new LogWriter(out, tty, shown, q.flag("timestamps"), q.flag("details"));
        LogReading reading = engine.streams().logs(c.id(), options, writer);
        x.onGone(reading::close);
    }

    private static int tail(@Nullable String text) {
        if (text == null || text.equals("all")) {
            return -1;
        }
        // docker takes what is no number for all
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
    }
}

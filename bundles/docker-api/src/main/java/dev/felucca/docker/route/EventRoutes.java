package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.event.EngineEvent;
import dev.felucca.api.event.Events.Subscription;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Json;
import dev.felucca.docker.http.ResponseStream;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.json.Filters;
import dev.felucca.json.ApiJson;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The stream of events. */
final class EventRoutes {
    private static final Set<String> KEYS = Set.of(
            "type",
            "event",
            "container",
            "image",
            "volume",
            "network",
            "label",
            "daemon",
            "scope",
            "plugin",
            "node",
            "service",
            "secret",
            "config");
    /** Events that may wait for a slow client; then it is cut off, since a gap would go unseen. */
    private static final int MOST_WAITING = 65_536;

    private final Engine engine;

    EventRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(Routes.get("/events", this::events, "since", "until", "filters"));
    }

    private void events(Exchange x) {
        Filters filters = Filters.parse(x.request().query().get("filters"), KEYS);
        Instant since = Instants.parse(x.request().query().get("since"));
        Instant until = Instants.parse(x.request().query().get("until"));
        ResponseStream out = x.stream("application/json");
        Feed feed = new Feed(out, filters, until, x.request().version().minor());
        // subscribed first, so that none is missed; one that is in both is sent once
        Subscription subscription = engine.events().subscribe(feed::live);
        x.onGone(subscription::close);
        feed.past(since == null ? List.of() : engine.events().since(since));
        if (until != null) {
            long nanos = Math.max(0, Duration.between(Instant.now(), until).toNanos());
            var unused = new CompletableFuture<Void>()
                    .completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS)
                    .thenRun(() -> {
                        subscription.close();
                        out.end();
                    });
        }
    }

    /** One client's events, in order. */
    private static final class Feed {
        private final ResponseStream out;
        private final Filters filters;
        private final @Nullable Instant until;
        private final int minor;
        private final Set<EngineEvent> early = new HashSet<>(); // guarded by this
        private final java.util.ArrayList<EngineEvent> waiting = new java.util.ArrayList<>(); // guarded by this
        private boolean started; // guarded by this
        private int ahead; // guarded by this

        Feed(ResponseStream out, Filters filters, @Nullable Instant until, int minor) {
            this.out = out;
            this.filters = filters;
            this.until = until;
            this.minor = minor;
        }

        synchronized void past(List<EngineEvent> events) {
            events.forEach(e -> {
                early.add(e);
                send(e);
            });
            started = true;
            waiting.forEach(this::live);
            waiting.clear();
        }

        synchronized void live(EngineEvent e) {
            if (!started) {
                waiting.add(e);
            } else if (!early.remove(e)) {
                send(e);
            }
        }

        private void send(EngineEvent e) {
            if ((until != null && e.time().isAfter(until)) || !wanted(e)) {
                return;
            }
            ahead = out.write(Json.line(json(e))) ? 0 : ahead + 1;
            if (ahead > MOST_WAITING) {
                out.abort("the client reads events too slowly");
            }
        }

        private boolean wanted(EngineEvent e) {
            Map<String, String> at = e.attributes();
            return any("type", v -> e.type().equals(v))
                    && any("event", v -> e.action().equals(v) || e.action().startsWith(v + ":"))
                    && any("container", v -> e.type().equals("container") && is(e, v))
                    && any(
                            "image",
                            v -> (e.type().equals("image") && is(e, v))
                                    || v.equals(at.get("image"))
                                    || (v + ":latest").equals(at.get("image")))
                    && any("volume", v -> e.type().equals("volume") && is(e, v))
                    && any("network", v -> e.type().equals("network") && is(e, v))
                    && any("scope", v -> v.equals("local"))
                    && List.of("daemon", "plugin", "node", "service", "secret", "config").stream()
                            .allMatch(k -> any(k, v -> e.type().equals(k) && is(e, v)))
                    && filters.labels("label", at);
        }

        private static boolean is(EngineEvent e, String value) {
            return e.actor().startsWith(value) || value.equals(e.attributes().get("name"));
        }

        private boolean any(String key, java.util.function.Predicate<String> matches) {
            return !filters.has(key) || filters.get(key).stream().anyMatch(matches);
        }

        private ObjectNode json(EngineEvent e) {
            ObjectNode o = ApiJson.object();
            if (minor < 52 && e.type().equals("container")) {
                o.put("status", e.action());
                o.put("id", e.actor());
                o.put("from", e.attributes().getOrDefault("image", ""));
            }
            o.put("Type", e.type());
            o.put("Action", e.action());
            ObjectNode actor = o.putObject("Actor");
            actor.put("ID", e.actor());
            actor.set("Attributes", ApiJson.map(e.attributes()));
            o.put("scope", "local");
            o.put("time", e.time().getEpochSecond());
            o.put("timeNano", ChronoUnit.NANOS.between(Instant.EPOCH, e.time()));
            return o;
        }
    }
}

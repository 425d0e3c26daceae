package dev.felucca.shell.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.event.EngineEvent;
import dev.felucca.json.ApiJson;
import dev.felucca.shell.format.Printable;
import dev.felucca.shell.format.Template;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.values.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** {@code events}: past ones if asked for, then those to come, until the caller leaves or {@code --until}. */
final class EventsCommand {
    /** Events that may wait for a caller; one that is slower has the command end with an error, not with a gap. */
    private static final int QUEUE = 65_536;

    private static final Set<String> KEYS = Set.of("type", "event", "container", "image", "label");

    private EventsCommand() {}

    static void run(Call call) throws InterruptedException {
        Arguments a = call.arguments();
        Instant now = call.now();
        Instant since = a.convertLate("since", s -> Times.instant(s, now));
        Instant until = a.convertLate("until", s -> Times.instant(s, now));
        Map<String, List<String>> filters = filters(a);
        Template template = call.template();
        var queue = new LinkedBlockingQueue<EngineEvent>(QUEUE);
        // wakes the loop below
        EngineEvent end = new EngineEvent("", "", "", Map.of(), now);
        AtomicBoolean overflow = new AtomicBoolean();
        try (var subscription = call.engine().events().subscribe(e -> {
                    if (!queue.offer(e)) overflow.set(true);
                });
                var gone = call.terminal().onHangup(() -> wake(queue, end))) {
            // subscribed first, so that none is missed; one that is in both is shown once
            Set<EngineEvent> past = new HashSet<>();
            if (since != null)
                for (EngineEvent e : call.engine().events().since(since)) {
                    past.add(e);
                    if (until == null || !e.time().isAfter(until)) show(call, e, filters, template);
                }
            while (true) {
                EngineEvent e = next(queue, until);
                if (e == null || e.equals(end) || (until != null && e.time().isAfter(until))) return;
                if (!past.remove(e)) show(call, e, filters, template);
                if (overflow.get() && queue.isEmpty())
                    throw EngineException.unavailable("events came faster than they were read, and some are lost");
            }
        }
    }

    private static void wake(LinkedBlockingQueue<EngineEvent> queue, EngineEvent end) {
        // what waits is for a caller that is gone
        while (!queue.offer(end)) queue.clear();
    }

    private static @Nullable EngineEvent next(LinkedBlockingQueue<EngineEvent> queue, @Nullable Instant until)
            throws InterruptedException {
        if (until == null) return queue.take();
        long nanos = Math.max(0, Duration.between(Instant.now(), until).toNanos());
        return queue.poll(nanos, TimeUnit.NANOSECONDS);
    }

    private static Map<String, List<String>> filters(Arguments a) {
        Map<String, List<String>> filters = new HashMap<>();
        a.convertAll("filter", text -> {
            int eq = text.indexOf('=');
            String key = eq < 0 ? text : text.substring(0, eq);
            if (eq < 0 || !KEYS.contains(key))
                throw EngineException.invalid("give KEY=VALUE with one of type, event, container, image, label");
            filters.computeIfAbsent(key, k -> new ArrayList<>()).add(text.substring(eq + 1));
            return text;
        });
        return filters;
    }

    private static void show(Call call, EngineEvent e, Map<String, List<String>> filters, @Nullable Template template) {
        boolean wanted = filters.entrySet().stream()
                .allMatch(f -> f.getValue().stream().anyMatch(value -> matches(e, f.getKey(), value)));
        if (wanted) call.out().println(template == null ? line(e) : template.render(json(e)));
    }

    private static boolean matches(EngineEvent e, String key, String value) {
        Map<String, String> at = e.attributes();
        return switch (key) {
            case "type" -> e.type().equals(value);
            case "event" -> e.action().equals(value) || e.action().startsWith(value + ":");
            case "container" ->
                e.type().equals("container") && (e.actor().startsWith(value) || value.equals(at.get("name")));
            case "image" ->
                (e.type().equals("image") && (e.actor().equals(value) || value.equals(at.get("name"))))
                        || value.equals(at.get("image"));
            default -> ContainerFilter.matchesLabel(at, value);
        };
    }

    static String line(EngineEvent e) {
        List<String> attributes = new ArrayList<>();
        new TreeMap<>(e.attributes()).forEach((k, v) -> attributes.add(k + "=" + v));
        return Printable.line(ApiJson.nineDigits(e.time()) + " " + e.type() + " " + e.action() + " " + e.actor()
                + (attributes.isEmpty() ? "" : " (" + String.join(", ", attributes) + ")"));
    }

    private static ObjectNode json(EngineEvent e) {
        ObjectNode o = ApiJson.object();
        o.put("Type", e.type());
        o.put("Action", e.action());
        ObjectNode actor = o.putObject("Actor");
        actor.put("ID", e.actor());
        ObjectNode attributes = actor.putObject("Attributes");
        new TreeMap<>(e.attributes()).forEach(attributes::put);
        o.put("status", e.action());
        o.put("id", e.actor());
        o.put("scope", "local");
        o.put("time", e.time().getEpochSecond());
        o.put("timeNano", ChronoUnit.NANOS.between(Instant.EPOCH, e.time()));
        return o;
    }
}

package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerLifecycle;
import dev.felucca.api.container.ContainerViews.DiskUse;
import dev.felucca.api.container.ContainerViews.ProcessTable;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.container.Signals;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Query;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.http.Route.Body;
import dev.felucca.docker.json.CreateBody;
import dev.felucca.docker.json.Fields;
import dev.felucca.docker.json.Filters;
import dev.felucca.docker.json.UpdateBody;
import dev.felucca.json.ApiJson;
import dev.felucca.json.ContainerJson;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Containers: what there are, and changes to them. */
final class ContainerRoutes {
    private static final int SIGKILL = 9;

    private final Engine engine;

    ContainerRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Route.of(
                        "GET",
                        "/containers/json",
                        Body.JSON_LONG,
                        // docker-py sends trunc_cmd, which means nothing to any engine
                        Set.of("all", "limit", "size", "filters", "trunc_cmd"),
                        this::list),
                Route.of("GET", "/containers/{}/json", Body.JSON_LONG, Set.of("size"), this::inspect),
                Routes.get("/containers/{}/top", this::top, "ps_args"),
                Routes.post("/containers/create", this::create, "name", "platform"),
                Routes.post("/containers/{}/start", this::start, "detachKeys", "checkpoint", "checkpoint-dir"),
                Routes.post("/containers/{}/stop", this::stop, "t", "signal"),
                Routes.post("/containers/{}/restart", this::restart, "t", "signal"),
                Routes.post("/containers/{}/kill", this::kill, "signal"),
                Routes.post(
                        "/containers/{}/pause",
                        x -> done(x, lifecycle().pause(x.request().name()))),
                Routes.post(
                        "/containers/{}/unpause",
                        x -> done(x, lifecycle().unpause(x.request().name()))),
                Routes.post("/containers/{}/update", this::update),
                Routes.post("/containers/{}/rename", this::rename, "name"),
                Routes.post("/containers/prune", this::prune, "filters"),
                Routes.delete("/containers/{}", this::remove, "v", "force", "link"));
    }

    private ContainerLifecycle lifecycle() {
        return engine.lifecycle();
    }

    private ContainerJson json(Exchange x) {
        return new ContainerJson(x.request().version(), engine::volumes);
    }

    private static void done(Exchange x, CompletionStage<?> stage) {
        x.when(stage, v -> x.empty(204));
    }

    private void list(Exchange x) {
        Query q = x.request().query();
        Filters filters = Filters.parse(q.get("filters"), ContainerFilter.KEYS);
        ContainerFilter filter = new ContainerFilter(filters, engine.views()::get);
        Integer asked = q.integer("limit");
        int limit = asked == null ? 0 : asked;
        boolean limited = limit > 0;
        boolean all = q.flag("all") || limited || filter.wantsAll();
        Instant now = Instant.now();
        ContainerJson json = json(x);
        ArrayNode rows = ApiJson.array();
        for (ContainerInfo c : engine.views().list()) {
            if (limited && rows.size() == limit) {
                break;
            }
            if ((all || c.state().isRunning() || ContainerFilter.restarting(c)) && filter.test(c)) {
                ObjectNode row = json.row(c, now);
                if (q.flag("size")) {
                    size(row, c);
                }
                rows.add(row);
            }
        }
        x.json(rows);
    }

    private void inspect(Exchange x) {
        ContainerInfo c = engine.views().get(x.request().name());
        ObjectNode o = json(x).inspect(c, engine.execs().list(c.id()));
        if (x.request().query().flag("size")) {
            size(o, c);
        }
        x.json(o);
    }

    private void size(ObjectNode to, ContainerInfo c) {
        DiskUse use = engine.views().diskUse(c.id());
        to.put("SizeRw", use.written()).put("SizeRootFs", use.all());
    }

    private void top(Exchange x) {
        String arguments = x.request().query().text("ps_args");
        List<String> words =
                arguments == null ? List.of() : List.of(arguments.strip().split("\\s+"));
        ProcessTable table = engine.views().top(x.request().name(), words);
        ObjectNode o = ApiJson.object();
        o.set("Titles", ApiJson.array(table.titles()));
        ArrayNode rows = o.putArray("Processes");
        table.processes().forEach(row -> rows.add(ApiJson.array(row)));
        x.json(o);
    }

    private void create(Exchange x) {
        Query q = x.request().query();
        Host.requirePlatform(q.text("platform"));
        JsonNode body = x.request().json();
        if (body.isEmpty()) {
            throw EngineException.invalid("config cannot be empty in order to create a container");
        }
        CreateBody create = CreateBody.parse(body);
        x.when(lifecycle().create(name(q.text("name")), create.config(), create.host()), created -> {
            var size = create.consoleSize();
            if (create.config().tty() && size != null) {
                engine.streams().resize(created.id(), size.height(), size.width());
            }
            ObjectNode o = ApiJson.object();
            o.put("Id", created.id());
            o.set("Warnings", ApiJson.array(created.warnings()));
            x.json(201, o);
        });
    }

    /** Names may be given with the slash that inspect shows. */
    private static @Nullable String name(@Nullable String given) {
        return given != null && given.startsWith("/") ? given.substring(1) : given;
    }

    private void start(Exchange x) {
        if (x.request().query().text("checkpoint") != null) {
            throw EngineException.unsupported("not supported: checkpoints");
        }
        done(x, lifecycle().start(x.request().name()));
    }

    private void stop(Exchange x) {
        refuseSignal(x);
        done(x, lifecycle().stop(x.request().name(), x.request().query().integer("t")));
    }

    private void restart(Exchange x) {
        refuseSignal(x);
        done(x, lifecycle().restart(x.request().name(), x.request().query().integer("t")));
    }

    private static void refuseSignal(Exchange x) {
        if (x.request().query().text("signal") != null) {
            throw EngineException.unsupported(
                    "not supported: another signal to stop with than the container's own; create it with --stop-signal");
        }
    }

    private void kill(Exchange x) {
        String signal = x.request().query().text("signal");
        done(x, lifecycle().kill(x.request().name(), signal == null ? SIGKILL : Signals.parse(signal)));
    }

    private void update(Exchange x) {
        Fields f = Fields.of(x.request().json(), "");
        UpdateBody body = UpdateBody.parse(f);
        Resources changed = body.resources();
        RestartPolicy policy = body.policy();
        x.when(lifecycle().update(x.request().name(), changed, policy), v -> {
            ObjectNode o = ApiJson.object();
            o.putArray("Warnings");
            x.json(o);
        });
    }

    private void rename(Exchange x) {
        String name = name(x.request().query().get("name"));
        done(x, lifecycle().rename(x.request().name(), name == null ? "" : name));
    }

    private void remove(Exchange x) {
        Query q = x.request().query();
        if (q.flag("link")) {
            throw EngineException.unsupported("not supported: links between containers; use a network");
        }
        done(x, lifecycle().remove(x.request().name(), q.flag("force"), q.flag("v")));
    }

    private void prune(Exchange x) {
        Filters filters = Filters.parse(x.request().query().get("filters"), Pruning.KEYS);
        var removal = lifecycle().prune(c -> Pruning.meant(filters, c.config().labels(), c.created()));
        x.when(removal, pruned -> {
            ObjectNode o = ApiJson.object();
            o.set("ContainersDeleted", ApiJson.array(pruned.removed()));
            o.put("SpaceReclaimed", pruned.bytes());
            x.json(o);
        });
    }
}

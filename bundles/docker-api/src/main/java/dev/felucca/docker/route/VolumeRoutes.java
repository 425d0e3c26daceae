package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.volume.VolumeInfo;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.json.Fields;
import dev.felucca.docker.json.Filters;
import dev.felucca.json.ApiJson;
import dev.felucca.json.VolumeJson;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Volumes of the local driver. */
final class VolumeRoutes {
    private static final Set<String> KEYS = Set.of("dangling", "driver", "label", "name");
    private final Engine engine;

    VolumeRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Routes.get("/volumes", this::list, "filters"),
                Routes.get(
                        "/volumes/{}",
                        x -> x.json(
                                VolumeJson.of(engine.volumes().get(x.request().name())))),
                Routes.post("/volumes/create", this::create),
                Routes.post("/volumes/prune", this::prune, "filters"),
                Routes.delete("/volumes/{}", this::remove, "force"));
    }

    private void list(Exchange x) {
        Filters filters = Filters.parse(x.request().query().get("filters"), KEYS);
        Boolean dangling = filters.truth("dangling");
        ObjectNode o = ApiJson.object();
        ArrayNode all = o.putArray("Volumes");
        for (VolumeInfo v : engine.volumes().list()) {
            boolean wanted = (dangling == null || dangling == v.users().isEmpty())
                    && (!filters.has("driver") || filters.get("driver").contains("local"))
                    && (!filters.has("name") || filters.get("name").stream().anyMatch(v.name()::contains))
                    && filters.labels("label", VolumeJson.labels(v));
            if (wanted) {
                all.add(VolumeJson.of(v));
            }
        }
        o.putNull("Warnings");
        x.json(o);
    }

    private void create(Exchange x) {
        Fields f = Fields.of(x.request().json(), "");
        String driver = f.text("Driver", "local");
        if (!driver.equals("local")) {
            throw EngineException.notFound(
                    "create: error looking up volume plugin " + driver + ": there is only local");
        }
        Map<String, String> options = f.map("DriverOpts");
        if (!options.isEmpty()) {
            throw EngineException.unsupported(
                    "not supported: options of the local volume driver (" + String.join(", ", options.keySet()) + ")");
        }
        String name = f.textOrNull("Name");
        Map<String, String> labels = f.map("Labels");
        f.done();
        x.json(201, VolumeJson.of(engine.volumes().create(name, labels)));
    }

    private void remove(Exchange x) {
        try {
            engine.volumes().remove(x.request().name());
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.NOT_FOUND
                    || !x.request().query().flag("force")) {
                throw e;
            }
        }
        x.empty(204);
    }

    private void prune(Exchange x) {
        Filters filters = Filters.parse(x.request().query().get("filters"), Set.of("all", "label", "label!"));
        // before 1.42 all that were not used were meant
        boolean all = !x.request().version().atLeast(42) || Boolean.TRUE.equals(filters.truth("all"));
        var pruned = engine.volumes()
                .prune(v -> (all || v.anonymous()) && Pruning.meant(filters, VolumeJson.labels(v), v.created()));
        ObjectNode o = ApiJson.object();
        o.set("VolumesDeleted", ApiJson.array(pruned.removed()));
        o.put("SpaceReclaimed", pruned.bytes());
        x.json(o);
    }
}

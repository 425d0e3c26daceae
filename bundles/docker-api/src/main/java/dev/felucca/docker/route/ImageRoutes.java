package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.image.Image;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Json;
import dev.felucca.docker.http.Query;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.json.Filters;
import dev.felucca.json.ApiJson;
import dev.felucca.json.ImageJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Images: what there are, and changes to them. What goes in and out as archives is in {@link ArchiveRoutes}. */
final class ImageRoutes {
    private static final Set<String> PRUNE = Set.of("dangling", "label", "label!", "until");

    private final Engine engine;

    ImageRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Routes.get("/images/json", this::list, "all", "filters", "shared-size", "digests", "manifests"),
                Routes.get("/images/{*}/json", this::inspect, "manifests", "platform"),
                Routes.get("/images/{*}/history", this::history, "platform"),
                Routes.post("/images/{*}/tag", this::tag, "repo", "tag"),
                Routes.post("/images/prune", this::prune, "filters"),
                Routes.delete("/images/{*}", this::remove, "force", "noprune", "platforms"));
    }

    private void list(Exchange x) {
        Query q = x.request().query();
        refuse(q, "manifests");
        Filters filters = Filters.parse(q.get("filters"), ImageFilter.KEYS);
        ImageFilter filter = new ImageFilter(filters, engine.images()::get);
        Map<String, Long> used =
                engine.views().list().stream().collect(Collectors.groupingBy(c -> c.imageId(), Collectors.counting()));
        ArrayNode rows = ApiJson.array();
        for (Image image : engine.images().list()) {
            filter.shown(image)
                    .ifPresent(shown -> rows.add(ImageJson.row(
                            shown,
                            x.request().version().atLeast(51) ? used.getOrDefault(image.id(), 0L) : -1,
                            x.request().version())));
        }
        x.json(rows);
    }

    private static void refuse(Query q, String parameter) {
        if (q.flag(parameter)) {
            throw EngineException.unsupported(
                    "not supported: " + parameter + " of images; an image is of one platform");
        }
    }

    private void inspect(Exchange x) {
        refuse(x.request().query(), "manifests");
        Host.requirePlatform(platform(x));
        Image image = engine.images().get(x.request().name());
        x.json(ImageJson.inspect(image, engine.drivers().list(), x.request().version()));
    }

    /** Newer clients send a platform as JSON. */
    private static @Nullable String platform(Exchange x) {
        String text = x.request().query().text("platform");
        if (text == null || !text.startsWith("{")) {
            return text;
        }
        JsonNode p = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        return p.path("os").asText("linux") + "/" + p.path("architecture").asText("");
    }

    private void history(Exchange x) {
        Host.requirePlatform(platform(x));
        x.json(ImageJson.history(engine.images().history(x.request().name())));
    }

    private void tag(Exchange x) {
        Query q = x.request().query();
        String repo = q.text("repo");
        if (repo == null) {
            throw EngineException.invalid("the parameter repo is missing");
        }
        String tag = q.text("tag");
        engine.images().tag(x.request().name(), tag == null ? repo : repo + ":" + tag);
        x.empty(201);
    }

    private void remove(Exchange x) {
        Query q = x.request().query();
        if (q.text("platforms") != null) {
            throw EngineException.unsupported("not supported: platforms of images; an image is of one platform");
        }
        x.json(removed(engine.images().remove(x.request().name(), q.flag("force"))));
    }

    private static ArrayNode removed(List<String> lines) {
        ArrayNode all = ApiJson.array();
        for (String line : lines) {
            String[] p = line.split(": ", 2);
            all.addObject().put(p[0], p.length > 1 ? p[1] : "");
        }
        return all;
    }

    private void prune(Exchange x) {
        Filters filters = Filters.parse(x.request().query().get("filters"), PRUNE);
        if (filters.has("label") || filters.has("label!") || filters.has("until")) {
            throw EngineException.unsupported("not supported: the filters label and until when pruning images");
        }
        var pruned = engine.images().prune(Boolean.FALSE.equals(filters.truth("dangling")));
        ObjectNode o = ApiJson.object();
        o.set("ImagesDeleted", removed(pruned.removed()));
        o.put("SpaceReclaimed", pruned.bytes());
        x.json(o);
    }
}

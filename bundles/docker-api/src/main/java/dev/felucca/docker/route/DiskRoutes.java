package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerViews.DiskUse;
import dev.felucca.api.image.Image;
import dev.felucca.api.volume.VolumeInfo;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.http.Route.Body;
import dev.felucca.json.ApiJson;
import dev.felucca.json.ApiVersion;
import dev.felucca.json.ContainerJson;
import dev.felucca.json.ImageJson;
import dev.felucca.json.VolumeJson;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What images, containers and volumes take of the disk. */
final class DiskRoutes {
    private static final List<String> TYPES = List.of("container", "image", "volume", "build-cache");

    private final Engine engine;

    DiskRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(Route.of("GET", "/system/df", Body.JSON_LONG, Set.of("type", "verbose"), this::df));
    }

    private void df(Exchange x) {
        List<String> asked = x.request().query().all("type");
        for (String type : asked) {
            if (!TYPES.contains(type)) {
                throw EngineException.invalid("unknown object type: " + type);
            }
        }
        Set<String> types = Set.copyOf(asked.isEmpty() ? TYPES : asked);
        ApiVersion version = x.request().version();
        List<ContainerInfo> containers = engine.views().list();
        ObjectNode o = ApiJson.object();
        if (types.contains("image")) {
            images(o, containers, version);
        }
        if (types.contains("container")) {
            containers(o, containers, version);
        }
        if (types.contains("volume")) {
            ArrayNode all = o.putArray("Volumes");
            for (VolumeInfo v : engine.volumes().list()) {
                ObjectNode one = VolumeJson.of(v);
                one.putObject("UsageData")
                        .put("Size", engine.volumes().usage(v.name()))
                        .put("RefCount", v.users().size());
                all.add(one);
            }
        }
        if (types.contains("build-cache")) {
            o.putArray("BuildCache");
        }
        x.json(o);
    }

    private void images(ObjectNode o, List<ContainerInfo> containers, ApiVersion version) {
        List<Image> images = engine.images().list();
        ArrayNode all = ApiJson.array();
        long size = 0;
        for (Image i : images) {
            long users =
                    containers.stream().filter(c -> c.imageId().equals(i.id())).count();
            all.add(ImageJson.row(i, users, version));
            size += i.size();
        }
        o.put("LayersSize", size);
        o.set("Images", all);
    }

    private void containers(ObjectNode o, List<ContainerInfo> containers, ApiVersion version) {
        ArrayNode all = o.putArray("Containers");
        ContainerJson json = new ContainerJson(version, engine::volumes);
        Instant now = Instant.now();
        for (ContainerInfo c : containers) {
            try {
                DiskUse use = engine.views().diskUse(c.id());
                all.add(json.row(c, now).put("SizeRw", use.written()).put("SizeRootFs", use.all()));
            } catch (EngineException e) {
                if (e.kind() != EngineException.Kind.NOT_FOUND) {
                    throw e;
                }
                // it was removed meanwhile
            }
        }
    }
}

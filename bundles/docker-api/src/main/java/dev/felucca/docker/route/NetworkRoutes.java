package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.network.NetworkInfo;
import dev.felucca.api.network.NetworkInfo.Subnet;
import dev.felucca.api.network.Networks;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.json.CreateBody;
import dev.felucca.docker.json.Fields;
import dev.felucca.docker.json.Filters;
import dev.felucca.json.ApiJson;
import dev.felucca.json.NetworkJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Networks. */
final class NetworkRoutes {
    private static final Set<String> KEYS = Set.of("dangling", "driver", "id", "label", "name", "scope", "type");
    private static final Set<String> PREDEFINED = Set.of("bridge", "host", "none");

    private final Engine engine;

    NetworkRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Routes.get("/networks", this::list, "filters"),
                Routes.get("/networks/{}", this::inspect, "verbose", "scope"),
                Routes.post("/networks/create", this::create),
                Routes.post("/networks/{}/connect", this::connect),
                Routes.post("/networks/{}/disconnect", this::disconnect),
                Routes.post("/networks/prune", this::prune, "filters"),
                Routes.delete(
                        "/networks/{}",
                        x -> x.when(engine.networks().remove(x.request().name()), v -> x.empty(204))));
    }

    private Map<String, String> names() {
        return engine.views().list().stream().collect(Collectors.toMap(ContainerInfo::id, ContainerInfo::name));
    }

    private void list(Exchange x) {
        Filters filters = Filters.parse(x.request().query().get("filters"), KEYS);
        ArrayNode all = ApiJson.array();
        for (NetworkInfo n : engine.networks().list()) {
            if (wanted(n, filters)) {
                all.add(NetworkJson.network(n, List.of(), Map.of()));
            }
        }
        x.json(all);
    }

    private boolean wanted(NetworkInfo n, Filters filters) {
        Boolean dangling = filters.truth("dangling");
        boolean own = !PREDEFINED.contains(n.name());
        return any(filters, "driver", v -> n.driver().equals(v))
                && any(filters, "id", v -> n.id().startsWith(v))
                && any(filters, "name", v -> n.name().contains(v))
                && any(filters, "scope", v -> v.equals("local"))
                && any(filters, "type", v -> switch (v) {
                    case "custom" -> own;
                    case "builtin" -> !own;
                    default -> throw EngineException.invalid("invalid filter: 'type'='" + v + "'");
                })
                && (dangling == null
                        || dangling
                                == (own && engine.networks().endpoints(n.id()).isEmpty()))
                && filters.labels("label", n.labels());
    }

    private static boolean any(Filters filters, String key, java.util.function.Predicate<String> matches) {
        return !filters.has(key) || filters.get(key).stream().anyMatch(matches);
    }

    private void inspect(Exchange x) {
        String scope = x.request().query().text("scope");
        Networks networks = engine.networks();
        NetworkInfo n = networks.get(x.request().name());
        if (scope != null && !scope.equals("local")) {
            throw EngineException.notFound("network " + x.request().name() + " not found");
        }
        x.json(NetworkJson.network(n, networks.endpoints(n.id()), names()));
    }

    private void create(Exchange x) {
        Fields f = Fields.of(x.request().json(), "");
        // it is always checked
        f.told("CheckDuplicate", "Attachable", "EnableIPv4");
        String name = f.text("Name", "");
        if (name.isEmpty()) {
            throw EngineException.invalid("network name cannot be empty");
        }
        String scope = f.text("Scope", "local");
        if (!scope.equals("local")) {
            throw EngineException.unsupported("not supported: networks of scope " + scope);
        }
        String driver = f.textOrNull("Driver");
        boolean internal = f.flag("Internal");
        boolean ipv6 = f.flag("EnableIPv6");
        List<Subnet> subnets = ipam(f.object("IPAM"));
        Map<String, String> options = f.map("Options");
        Map<String, String> labels = f.map("Labels");
        f.done();
        var request = new Networks.Request(
                name, "default".equals(driver) ? null : driver, internal, subnets, ipv6, options, labels);
        x.when(
                engine.networks().create(request),
                n -> x.json(201, ApiJson.object().put("Id", n.id()).put("Warning", "")));
    }

    private static List<Subnet> ipam(@Nullable Fields ipam) {
        List<Subnet> subnets = new ArrayList<>();
        if (ipam == null) {
            return subnets;
        }
        String driver = ipam.text("Driver", "default");
        if (!driver.equals("default")) {
            throw EngineException.unsupported("not supported: IPAM driver " + driver);
        }
        for (Fields config : ipam.objects("Config")) {
            subnets.add(new Subnet(config.text("Subnet", ""), config.text("IPRange", ""), config.text("Gateway", "")));
            config.done();
        }
        ipam.done();
        return subnets;
    }

    private void connect(Exchange x) {
        Fields f = Fields.of(x.request().json(), "");
        String container = f.text("Container", "");
        var options = CreateBody.endpoint(f.object("EndpointConfig"));
        f.done();
        x.when(engine.networks().connect(x.request().name(), container, options), v -> x.empty(200));
    }

    private void disconnect(Exchange x) {
        Fields f = Fields.of(x.request().json(), "");
        String container = f.text("Container", "");
        boolean force = f.flag("Force");
        f.done();
        x.when(engine.networks().disconnect(x.request().name(), container, force), v -> x.empty(200));
    }

    private void prune(Exchange x) {
        Filters filters = Filters.parse(x.request().query().get("filters"), Pruning.KEYS);
        var removal = engine.networks().prune(n -> Pruning.meant(filters, n.labels(), n.created()));
        x.when(removal, removed -> {
            ObjectNode o = ApiJson.object();
            o.set("NetworksDeleted", ApiJson.array(removed));
            x.json(o);
        });
    }
}

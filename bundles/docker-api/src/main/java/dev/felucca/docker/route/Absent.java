package dev.felucca.docker.route;

import dev.felucca.api.EngineException;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.http.Route.Body;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What docker serves and this engine does not: refused with the reason, in place of a page that is not found. */
final class Absent {
    /** Parameters are not looked at. */
    private static final Set<String> ANY = Set.of(Route.ANY_PARAMETER);

    private Absent() {}

    static List<Route> routes() {
        List<Route> all = new ArrayList<>();
        refuse(all, "POST", "/build", "building images is not supported; build elsewhere and load the image");
        refuse(all, "POST", "/build/prune", "there is no build cache");
        refuse(all, "POST", "/build/cancel", "building images is not supported");
        refuse(all, "POST", "/session", "BuildKit sessions are not supported");
        refuse(all, "POST", "/grpc", "BuildKit is not supported");
        refuse(all, "GET", "/images/search", "there is no search of registries");
        refuse(all, "GET", "/containers/{}/attach/ws", "attaching by WebSocket is not supported; attach by upgrade");
        refuse(all, "GET", "/containers/{}/checkpoints", "checkpoints are not supported");
        refuse(all, "POST", "/containers/{}/checkpoints", "checkpoints are not supported");
        for (String swarm : List.of("/swarm", "/nodes", "/services", "/tasks", "/secrets", "/configs")) {
            for (String method : List.of("GET", "POST")) {
                refuse(all, method, swarm, SWARM);
                refuse(all, method, swarm + "/{*}", SWARM);
            }
            refuse(all, "DELETE", swarm + "/{*}", SWARM);
        }
        for (String method : List.of("GET", "POST", "DELETE")) {
            refuse(all, method, "/plugins/{*}", "plugins are not supported; the engine's drivers are bundles");
        }
        return all;
    }

    private static final String SWARM = "This node is not a swarm manager: swarm mode is not supported";

    private static void refuse(List<Route> to, String method, String path, String why) {
        to.add(Route.of(method, path, Body.STREAM, ANY, (Exchange x) -> {
            throw EngineException.unsupported(why);
        }));
    }
}

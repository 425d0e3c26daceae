package dev.felucca.docker.route;

import dev.felucca.docker.http.Route;
import dev.felucca.docker.http.Route.Body;
import dev.felucca.docker.http.Route.Handler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All operations that are served. */
public final class Routes {
    private Routes() {}

    public static List<Route> all(Engine engine) {
        List<Route> all = new ArrayList<>();
        all.addAll(new SystemRoutes(engine).routes());
        all.addAll(new EventRoutes(engine).routes());
        all.addAll(new ContainerRoutes(engine).routes());
        all.addAll(new StreamRoutes(engine).routes());
        all.addAll(new StatsRoutes(engine).routes());
        all.addAll(new VolumeRoutes(engine).routes());
        all.addAll(new ExecRoutes(engine).routes());
        all.addAll(new ImageRoutes(engine).routes());
        all.addAll(new ArchiveRoutes(engine).routes());
        all.addAll(new DiskRoutes(engine).routes());
        all.addAll(new FileRoutes(engine).routes());
        all.addAll(new NetworkRoutes(engine).routes());
        all.addAll(Absent.routes());
        return all;
    }

    static Route get(String path, Handler handler, String... parameters) {
        return Route.of("GET", path, Body.JSON, Set.of(parameters), handler);
    }

    static Route post(String path, Handler handler, String... parameters) {
        return Route.of("POST", path, Body.JSON, Set.of(parameters), handler);
    }

    static Route delete(String path, Handler handler, String... parameters) {
        return Route.of("DELETE", path, Body.JSON, Set.of(parameters), handler);
    }
}

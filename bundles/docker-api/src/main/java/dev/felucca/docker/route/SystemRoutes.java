package dev.felucca.docker.route;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.driver.DriverInfo;
import dev.felucca.api.driver.DriverKind;
import dev.felucca.docker.http.Exchange;
import dev.felucca.docker.http.Route;
import dev.felucca.docker.http.Route.Body;
import dev.felucca.json.ApiJson;
import dev.felucca.json.ApiVersion;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Ping, version, info. */
final class SystemRoutes {
    private final Engine engine;

    SystemRoutes(Engine engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                Routes.get("/_ping", this::ping),
                Route.of("HEAD", "/_ping", Body.JSON, Set.of(), this::ping),
                Routes.get("/version", this::version),
                Routes.get("/info", this::info),
                Routes.get("/plugins", x -> x.json(ApiJson.array()), "filters"),
                Routes.post("/auth", SystemRoutes::auth));
    }

    private void ping(Exchange x) {
        // 1: not BuildKit, which clients would speak with by other ways
        var headers = Map.of(
                "Builder-Version", "1",
                "Swarm", "inactive",
                "Cache-Control", "no-cache, no-store, must-revalidate",
                "Pragma", "no-cache");
        x.text(x.request().method().equals("HEAD") ? "" : "OK", headers);
    }

    private static void auth(Exchange x) {
        throw EngineException.unsupported("logging in to registries is not supported yet");
    }

    private void version(Exchange x) {
        String kernel = System.getProperty("os.version");
        String built = ApiJson.time(Instant.EPOCH);
        ObjectNode o = ApiJson.object();
        o.putObject("Platform").put("Name", "Felucca");
        ObjectNode component = o.putArray("Components").addObject();
        component.put("Name", "Engine").put("Version", engine.version());
        component
                .putObject("Details")
                .put("ApiVersion", ApiVersion.NEWEST.toString())
                .put("Arch", Host.architecture())
                .put("BuildTime", built)
                .put("Experimental", "false")
                .put("GitCommit", "")
                .put("GoVersion", Host.java())
                .put("KernelVersion", kernel)
                .put("MinAPIVersion", ApiVersion.MINIMUM.toString())
                .put("Os", "linux");
        o.put("Version", engine.version());
        o.put("ApiVersion", ApiVersion.NEWEST.toString());
        o.put("MinAPIVersion", ApiVersion.MINIMUM.toString());
        o.put("GitCommit", "");
        o.put("GoVersion", Host.java());
        o.put("Os", "linux");
        o.put("Arch", Host.architecture());
        o.put("KernelVersion", kernel);
        o.put("BuildTime", built);
        x.json(o);
    }

    private void info(Exchange x) throws IOException {
        List<ContainerInfo> containers = engine.views().list();
        long paused = count(containers, ContainerStatus.PAUSED);
        long running = count(containers, ContainerStatus.RUNNING) + count(containers, ContainerStatus.RESTARTING);
        List<DriverInfo> drivers = engine.drivers().list();
        ObjectNode o = ApiJson.object();
        o.put("ID", Host.id());
        o.put("Containers", containers.size());
        o.put("ContainersRunning", running);
        o.put("ContainersPaused", paused);
        o.put("ContainersStopped", containers.size() - running - paused);
        o.put("Images", engine.images().list().size());
        drivers(o, drivers);
        o.putNull("SystemStatus");
        ObjectNode plugins = o.putObject("Plugins");
        plugins.putArray("Volume").add("local");
        ArrayNode networks = plugins.putArray("Network").add("host").add("null");
        named(drivers, DriverKind.NETWORK).forEach(d -> networks.add(d.name()));
        plugins.putNull("Authorization");
        plugins.putArray("Log").add("json-file");
        Host.facts(o);
        o.put("NEventsListener", 0);
        o.put("NFd", Host.descriptors());
        o.put("NGoroutines", Thread.activeCount());
        o.put("Debug", false);
        o.put("SystemTime", ApiJson.nineDigits(Instant.now()));
        o.put("LoggingDriver", "json-file");
        o.put("CgroupDriver", selected(drivers, DriverKind.CGROUP));
        o.put("IndexServerAddress", "https://index.docker.io/v1/");
        ObjectNode registries = o.putObject("RegistryConfig");
        registries.putArray("InsecureRegistryCIDRs");
        registries.putObject("IndexConfigs");
        registries.putArray("Mirrors");
        o.put("DockerRootDir", engine.roots().dataRoot().toString());
        o.put("HttpProxy", "").put("HttpsProxy", "").put("NoProxy", "");
        o.putArray("Labels");
        o.put("ExperimentalBuild", false);
        o.put("ServerVersion", engine.version());
        ObjectNode runtimes = o.putObject("Runtimes");
        named(drivers, DriverKind.EXEC)
                .forEach(d -> runtimes.putObject(d.name()).put("path", ""));
        o.put("DefaultRuntime", selected(drivers, DriverKind.EXEC));
        ObjectNode swarm = o.putObject("Swarm");
        swarm.put("NodeID", "").put("NodeAddr", "").put("LocalNodeState", "inactive");
        swarm.put("ControlAvailable", false).put("Error", "").putNull("RemoteManagers");
        o.put("LiveRestoreEnabled", true);
        o.put("Isolation", "");
        o.put("InitBinary", "felucca-init");
        for (String commit : List.of("ContainerdCommit", "RuncCommit", "InitCommit")) {
            o.putObject(commit).put("ID", "").put("Expected", "");
        }
        o.putArray("SecurityOptions").add("name=seccomp,profile=builtin");
        o.putArray("Warnings");
        x.json(o);
    }

    private static long count(List<ContainerInfo> containers, ContainerStatus status) {
        return containers.stream().filter(c -> c.state().status() == status).count();
    }

    private static List<DriverInfo> named(List<DriverInfo> drivers, DriverKind kind) {
        return drivers.stream().filter(d -> d.kind() == kind).toList();
    }

    private static String selected(List<DriverInfo> drivers, DriverKind kind) {
        return named(drivers, kind).stream()
                .filter(DriverInfo::selected)
                .map(DriverInfo::name)
                .findFirst()
                .orElse("");
    }

    private static void drivers(ObjectNode o, List<DriverInfo> drivers) {
        o.put("Driver", selected(drivers, DriverKind.STORAGE));
        ArrayNode status = o.putArray("DriverStatus");
        for (DriverInfo d : drivers) {
            String name = d.kind().title() + " " + d.name();
            String state = d.selected() ? d.state() + " (default)" : d.state();
            status.addArray().add(name).add(state);
        }
    }
}

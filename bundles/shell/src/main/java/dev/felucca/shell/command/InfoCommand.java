package dev.felucca.shell.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.driver.DriverInfo;
import dev.felucca.api.driver.DriverKind;
import dev.felucca.json.ApiJson;
import dev.felucca.shell.format.Human;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code info}: counts, drivers and host. */
final class InfoCommand {
    private InfoCommand() {}

    static void run(Call call) throws IOException {
        ObjectNode o = collect(call);
        if (EngineCommands.formatted(call, o)) return;
        var out = call.out();
        out.println("Containers: " + o.path("Containers").asInt());
        out.println(" Running: " + o.path("ContainersRunning").asInt());
        out.println(" Paused: " + o.path("ContainersPaused").asInt());
        out.println(" Stopped: " + o.path("ContainersStopped").asInt());
        out.println("Images: " + o.path("Images").asInt());
        out.println("Server Version: " + o.path("ServerVersion").asText());
        for (var d : o.path("Drivers")) {
            String selected = d.path("Default").asBoolean() ? " (default)" : "";
            out.println(title(d.path("Kind").asText()) + ": " + d.path("Name").asText() + selected);
            d.path("Status")
                    .properties()
                    .forEach(s ->
                            out.println(" " + s.getKey() + ": " + s.getValue().asText()));
        }
        out.println("Kernel Version: " + o.path("KernelVersion").asText());
        out.println("Operating System: " + o.path("OperatingSystem").asText());
        out.println("OSType: linux");
        out.println("Architecture: " + o.path("Architecture").asText());
        out.println("CPUs: " + o.path("NCPU").asInt());
        out.println("Total Memory: " + Human.binarySize(o.path("MemTotal").asLong()));
        out.println("Name: " + o.path("Name").asText());
        out.println("Root Dir: " + o.path("DockerRootDir").asText());
        out.println("Run Dir: " + o.path("RunDir").asText());
    }

    private static String title(String kind) {
        for (DriverKind k : DriverKind.values())
            if (k.id().equals(kind))
                return Character.toUpperCase(k.title().charAt(0)) + k.title().substring(1);
        return kind;
    }

    private static ObjectNode collect(Call call) throws IOException {
        List<ContainerInfo> containers = call.engine().views().list();
        long paused = containers.stream()
                .filter(c -> c.state().status() == ContainerStatus.PAUSED)
                .count();
        long running = containers.stream().filter(c -> c.state().isRunning()).count() - paused;
        ObjectNode o = ApiJson.object();
        o.put("Containers", containers.size());
        o.put("ContainersRunning", running);
        o.put("ContainersPaused", paused);
        o.put("ContainersStopped", containers.size() - running - paused);
        o.put("Images", call.engine().images().list().size());
        o.put("ServerVersion", call.engine().version());
        o.put("Driver", "");
        ArrayNode drivers = o.putArray("Drivers");
        for (DriverInfo d : call.engine().drivers().list()) {
            if (d.kind() == DriverKind.STORAGE && d.selected()) o.put("Driver", d.name());
            ObjectNode one = drivers.addObject();
            one.put("Kind", d.kind().id()).put("Name", d.name()).put("Default", d.selected());
            ObjectNode status = one.putObject("Status");
            d.status().forEach(status::put);
        }
        o.put("KernelVersion", System.getProperty("os.version"));
        o.put("OperatingSystem", operatingSystem());
        o.put("OSType", "linux");
        o.put("Architecture", System.getProperty("os.arch"));
        o.put("NCPU", Runtime.getRuntime().availableProcessors());
        o.put("MemTotal", memory());
        o.put("Name", Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        o.put("DockerRootDir", call.engine().roots().dataRoot().toString());
        o.put("RunDir", call.engine().roots().runRoot().toString());
        return o;
    }

    /** PRETTY_NAME of os-release(5). */
    private static String operatingSystem() throws IOException {
        Path file = Path.of("/etc/os-release");
        if (!Files.exists(file)) return "Linux";
        for (String line : Files.readAllLines(file))
            if (line.startsWith("PRETTY_NAME=")) return line.substring(12).replace("\"", "");
        return "Linux";
    }

    /** MemTotal of proc_meminfo(5), which is in KiB. */
    static long memory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo")))
            if (line.startsWith("MemTotal:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        return 0;
    }
}

package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.ContainerExecs;
import dev.felucca.api.container.ContainerFiles;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerLifecycle;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStats;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.ContainerStreams;
import dev.felucca.api.container.ContainerViews;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.driver.DriverInfo;
import dev.felucca.api.driver.Drivers;
import dev.felucca.api.event.Events;
import dev.felucca.api.image.Images;
import dev.felucca.api.image.RemoteImages;
import dev.felucca.api.network.Networks;
import dev.felucca.api.registry.Registries;
import dev.felucca.api.storage.RootTrees;
import dev.felucca.api.trace.TraceNode;
import dev.felucca.api.volume.Volumes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Services in memory, as far as a test needs them. */
final class FakeEngine implements Engine {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05.000000006Z");

    final FakeLifecycle lifecycle = new FakeLifecycle();
    final List<ContainerInfo> containers = new ArrayList<>();
    final List<TraceNode> traces = new ArrayList<>();

    @Nullable
    ContainerStreams streams;

    @Nullable
    ContainerExecs execs;

    Images images = new FakeImages();

    @Nullable
    Events events;

    /** Runs a command as the client would see it: output in the terminal, the exit status returned. */
    int run(FakeTerminal terminal, String... words) {
        CommandTable table = CommandTable.all();
        List<String> arguments = List.of(words);
        try {
            var context = new Call.Context(terminal, this, table);
            table.get(words[0]).call(context, arguments.subList(1, arguments.size()));
        } catch (Exception e) {
            terminal.stderr().println("felucca: " + e.getMessage());
            if (terminal.code == 0) terminal.code = 1;
        }
        return terminal.code;
    }

    static ContainerInfo container(String name, ContainerStatus status, ContainerConfig config, HostConfig host) {
        String id =
                Integer.toHexString((name.hashCode() & 0xff) | 0x100).repeat(22).substring(0, 64);
        var state = new ContainerState(
                status,
                status == ContainerStatus.RUNNING ? 4711 : 0,
                1,
                status == ContainerStatus.EXITED ? 3 : 0,
                false,
                "",
                status == ContainerStatus.CREATED ? null : NOW.minusSeconds(300),
                status == ContainerStatus.EXITED ? NOW.minusSeconds(60) : null,
                null);
        Path dir = Path.of("/var/lib/felucca/containers", id);
        return new ContainerInfo(
                id,
                name,
                NOW.minusSeconds(3600),
                "sha256:" + "ab".repeat(32),
                config.image(),
                "/bin/sh",
                List.of("-c", "while true; do sleep 1; done"),
                config,
                host,
                state,
                host.mounts(),
                "overlay",
                "raw",
                "clone",
                "inprocess",
                0,
                dir.resolve("log"),
                dir.resolve("hostname"),
                dir.resolve("hosts"),
                dir.resolve("resolv.conf"),
                "/felucca/" + id,
                List.of());
    }

    @Override
    public ContainerLifecycle lifecycle() {
        return lifecycle;
    }

    @Override
    public ContainerViews views() {
        return new ContainerViews() {
            @Override
            public List<ContainerInfo> list() {
                return containers;
            }

            @Override
            public ContainerStats stats(String container) {
                throw new UnsupportedOperationException("stats");
            }

            @Override
            public DiskUse diskUse(String container) {
                throw new UnsupportedOperationException("diskUse");
            }

            @Override
            public ContainerInfo get(String container) {
                for (ContainerInfo c : containers)
                    if (c.name().equals(container) || c.id().startsWith(container)) return c;
                throw EngineException.notFound("No such container: " + container);
            }

            @Override
            public ProcessTable top(String container, List<String> psArguments) {
                return new ProcessTable(
                        List.of("PID", "CMD"), List.of(List.of("4711", "ps " + String.join(" ", psArguments))));
            }

            @Override
            public List<TraceNode> trace(String container) {
                return traces;
            }

            @Override
            public List<String> explain(String container) {
                return List.of("clone the process", "mount " + get(container).name());
            }

            @Override
            public String spec(String container) {
                return "{}";
            }
        };
    }

    @Override
    public ContainerStreams streams() {
        return Objects.requireNonNull(streams);
    }

    @Override
    public ContainerFiles files() {
        throw new UnsupportedOperationException();
    }

    @Override
    public RootTrees trees() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ContainerExecs execs() {
        return Objects.requireNonNull(execs);
    }

    @Override
    public Images images() {
        return images;
    }

    @Override
    public Volumes volumes() {
        throw new UnsupportedOperationException("volumes");
    }

    @Override
    public RemoteImages remoteImages() {
        throw new AssertionError("not used");
    }

    @Override
    public Registries registries() {
        throw new AssertionError("not used");
    }

    @Override
    public Networks networks() {
        throw new UnsupportedOperationException("networks");
    }

    @Override
    public Drivers drivers() {
        return new Drivers() {
            @Override
            public List<DriverInfo> list() {
                return List.of();
            }

            @Override
            public List<DriverInfo> update(Path bundleFile) {
                throw new UnsupportedOperationException("update");
            }
        };
    }

    @Override
    public Events events() {
        return Objects.requireNonNull(events);
    }

    @Override
    public EngineRoots roots() {
        return new EngineRoots() {
            @Override
            public Path dataRoot() {
                return Path.of("/var/lib/felucca");
            }

            @Override
            public Path runRoot() {
                return Path.of("/run/felucca");
            }
        };
    }

    @Override
    public String version() {
        return "0.1.0";
    }
}

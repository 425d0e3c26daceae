package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerLifecycle.Created;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.image.Image;
import dev.felucca.api.image.Progress;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.core.CoreConfig;
import dev.felucca.core.TraceRecorder;
import dev.felucca.core.driver.DriverRegistry;
import dev.felucca.core.driver.Lease;
import dev.felucca.core.spec.SpecFactory;
import dev.felucca.core.streams.StreamHub;
import dev.felucca.core.task.SerialQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a container: everything of it that is there before the first start. What fails leaves nothing. */
final class Creation {
    private static final Logger LOG = LoggerFactory.getLogger(Creation.class);
    static final String STORAGE_ANNOTATION = "felucca.storage";
    static final String CGROUP_ANNOTATION = "felucca.cgroup";
    static final String NAMESPACE_ANNOTATION = "felucca.namespace";

    private final Engine engine;

    Creation(Engine engine) {
        this.engine = engine;
    }

    Created create(@Nullable String wantedName, ContainerConfig config, HostConfig host, Progress unpacking) {
        TraceRecorder trace = new TraceRecorder("create");
        SpecFactory.validate(config, host);
        List<String> warnings = engine.workers().parked(() -> engine.networks().check(host));
        String id = Names.newId();
        List<Runnable> undo = new ArrayList<>();
        try {
            String name = engine.table().reserve(wantedName, id);
            undo.add(() -> engine.table().releaseName(name, id));
            Image image = engine.images().hold(config.image(), id);
            undo.add(() -> engine.images().release(id));
            Container container =
                    build(id, name, image, Inherited.of(config, image.config()), host, trace, undo, unpacking);
            container.record(trace.finish());
            engine.table().add(container);
            engine.tell(container, "create");
            return new Created(id, name, warnings);
        } catch (RuntimeException e) {
            for (int i = undo.size() - 1; i >= 0; i--) {
                try {
                    undo.get(i).run();
                } catch (RuntimeException second) {
                    LOG.error("undoing the creation of {} failed", id, second);
                    e.addSuppressed(second);
                }
            }
            throw e;
        }
    }

    private Container build(
            String id,
            String name,
            Image image,
            ContainerConfig config,
            HostConfig host,
            TraceRecorder trace,
            List<Runnable> undo,
            Progress unpacking) {
        List<String> argv = argv(config);
        CoreConfig defaults = engine.registries().config();
        String storage = choose(
                host,
                STORAGE_ANNOTATION,
                defaults.storage_driver(),
                engine.registries().storage());
        String cgroup = choose(
                host,
                CGROUP_ANNOTATION,
                defaults.cgroup_manager(),
                engine.registries().cgroup());
        String namespace = choose(
                host,
                NAMESPACE_ANNOTATION,
                defaults.namespace_strategy(),
                engine.registries().namespace());
        String runtime = host.runtime() == null ? defaults.default_runtime() : host.runtime();
        known(runtime, engine.registries().exec(), "runtime");
        List<VolumeMount> mounts = new Mounts(engine).plan(config, host, image);

        engine.store().prepare(id);
        undo.add(() -> engine.store().delete(id));
        ContainerInfo info = new ContainerInfo(
                id,
                name,
                Instant.now(),
                image.id(),
                config.image(),
                argv.get(0),
                argv.subList(1, argv.size()),
                config,
                host,
                new ContainerState(ContainerStatus.CREATED, 0, 0, 0, false, "", null, null, null),
                mounts,
                storage,
                cgroup,
                namespace,
                runtime,
                0,
                engine.directories().log(id),
                engine.directories().hostname(id),
                engine.directories().hosts(id),
                engine.directories().resolvConf(id),
                null,
                List.of());
        try (var s = trace.step("save configuration")) {
            // the record of intent: from here on the next start of the engine knows of the container
            engine.store().save(info, false, !host.autoRemove());
        }
        try (var s = trace.step("storage " + storage)) {
            engine.workers().parked(() -> {
                try (Lease<StorageDriver> lease = engine.registries().storage().lease(storage)) {
                    undo.add(() -> removeLayer(storage, id));
                    engine.layers().create(lease.driver(), image, id, unpacking);
                }
                return true;
            });
        }
        try (var s = trace.step("volumes")) {
            undo.add(
                    () -> mounts.stream().filter(m -> m.type().equals("volume")).forEach(m -> engine.volumes()
                            .release(m.source(), id, true)));
            volumes(info, host);
        }
        try (var s = trace.step("host files")) {
            HostFiles.write(engine.directories(), id, hostname(info), config, host);
        }
        return container(engine, info, image);
    }

    static Container container(Engine engine, ContainerInfo info, Image image) {
        ContainerConfig c = info.config();
        StreamHub hub = new StreamHub(
                info.logPath(),
                info.hostConfig().logOptions(),
                engine.logWatch(),
                c.tty(),
                c.openStdin(),
                c.stdinOnce());
        return new Container(info, image.config(), new SerialQueue(engine.workers()), hub);
    }

    /** As docker: the first 12 digits of the id unless said otherwise; the host's own name with the host's UTS namespace. */
    static String hostname(ContainerInfo c) {
        String wanted = c.config().hostname();
        if (wanted != null && !wanted.isEmpty()) {
            return wanted;
        }
        if (c.hostConfig().utsMode().equals("host")
                || c.hostConfig().networkMode().equals("host")) {
            try {
                return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            } catch (IOException e) {
                throw EngineException.internal("cannot read the host's name: " + e.getMessage(), e);
            }
        }
        return c.shortId();
    }

    private void removeLayer(String storage, String id) {
        try (Lease<StorageDriver> lease = engine.registries().storage().lease(storage)) {
            lease.driver().remove(id);
        }
    }

    private void volumes(ContainerInfo info, HostConfig host) {
        Set<String> anonymous = info.mounts().stream()
                .filter(m -> m.type().equals("volume"))
                .filter(m -> host.mounts().stream().noneMatch(h -> h.source().equals(m.source())))
                .map(VolumeMount::source)
                .collect(Collectors.toSet());
        for (VolumeMount m : info.mounts()) {
            if (!m.type().equals("volume")) {
                continue;
            }
            boolean made = engine.volumes().use(m.source(), anonymous.contains(m.source()), info.id());
            Path data = engine.volumes().data(m.source());
            if ((made || isEmpty(data)) && !m.noCopy()) {
                engine.workers().parked(() -> {
                    try (Lease<StorageDriver> lease =
                            engine.registries().storage().lease(info.storage())) {
                        return lease.driver().copyUp(info.id(), m.target(), data);
                    }
                });
            }
        }
    }

    private static boolean isEmpty(Path dir) {
        try (Stream<Path> children = Files.list(dir)) {
            return children.findAny().isEmpty();
        } catch (IOException e) {
            throw EngineException.internal("cannot read volume directory " + dir + ": " + e.getMessage(), e);
        }
    }

    private static List<String> argv(ContainerConfig config) {
        List<String> argv = new ArrayList<>();
        if (config.entrypoint() != null) {
            argv.addAll(config.entrypoint());
        }
        if (config.cmd() != null) {
            argv.addAll(config.cmd());
        }
        if (argv.isEmpty()) {
            throw EngineException.invalid("No command specified: neither the request nor the image " + config.image()
                    + " has an entrypoint or a command");
        }
        return argv;
    }

    private static String choose(HostConfig host, String annotation, String configured, DriverRegistry<?> registry) {
        String wanted = host.annotations().get(annotation);
        if (wanted == null) {
            return configured;
        }
        known(wanted, registry, "driver in annotation " + annotation);
        return wanted;
    }

    private static void known(String name, DriverRegistry<?> registry, String what) {
        if (!registry.knows(name)) {
            Set<String> there = new TreeSet<>(registry.names());
            if (!there.isEmpty()) {
                throw EngineException.invalid(
                        "unknown " + what + " \"" + name + "\"; there are: " + String.join(", ", there));
            } // none at all: one may be just being replaced, and the lease waits for it
        }
    }
}

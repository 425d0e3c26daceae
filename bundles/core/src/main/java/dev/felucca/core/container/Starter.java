package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupHandle;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.exec.Birth;
import dev.felucca.api.exec.CreateRequest;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExecFailedException;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.Spec;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.core.TraceRecorder;
import dev.felucca.core.driver.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The start task: storage, namespaces, control group, spec, birth, start. Runs on the container's queue; the calls into drivers
 * are parked, so a driver that hangs holds up this container only.
 */
final class Starter {
    private final Engine engine;
    private final SpecBuilder specs;
    private final Ending ending;
    private final Ooms ooms;

    Starter(Engine engine, SpecBuilder specs, Ending ending, Ooms ooms) {
        this.engine = engine;
        this.specs = specs;
        this.ending = ending;
        this.ooms = ooms;
    }

    /** As a user asks for it: what was before does not count for the restart policy. */
    void start(Container c) {
        switch (c.state().status()) {
            case RUNNING, RESTARTING ->
                throw new EngineException(
                        EngineException.Kind.NOT_MODIFIED,
                        "container " + c.info().name() + " is "
                                + c.state().status().word() + " already");
            case PAUSED -> throw EngineException.conflict("cannot start a paused container, try unpause instead");
            case REMOVING, DEAD ->
                throw EngineException.conflict(
                        "container " + c.info().name() + " is marked for removal and cannot be started");
            default -> {
                c.backoff.reset();
                c.stopped(false);
                ContainerInfo info = c.info();
                c.replace(Container.with(info, info.hostConfig(), info.state(), 0, info.cgroupsPath()));
                again(c);
            }
        }
    }

    /** As the restart policy wants it. */
    void again(Container c) {
        engine.workers().parked(() -> {
            run(c);
            return true;
        });
    }

    private void run(Container c) {
        TraceRecorder trace = new TraceRecorder("start");
        engine.execs().forget(c);
        Container.Run run = c.beginRun();
        Progress at = new Progress();
        try {
            birth(c, run, at, trace);
        } catch (RuntimeException e) {
            int code = e instanceof ExecFailedException x ? x.exitCode() : 128;
            ending.abort(c, run, at.request, code, e);
            throw e;
        } finally {
            c.record(trace.finish());
        }
    }

    /** How far a start has come: what an abort has to undo. */
    private static final class Progress {
        @Nullable
        NamespaceRequest request;
    }

    private void birth(Container c, Container.Run run, Progress at, TraceRecorder trace) {
        ContainerInfo info = c.info();
        String cgroupsPath;
        NamespaceRequest request = specs.namespaces(c);
        List<LinuxNamespace> namespaces;
        try (var s = trace.step("namespaces " + info.namespace());
                Lease<NamespaceStrategy> lease = engine.registries().namespace().lease(info.namespace())) {
            at.request = request;
            namespaces = lease.driver().prepare(request);
        }
        try (var s = trace.step("cgroup path");
                Lease<CgroupManager> lease = engine.registries().cgroup().lease(info.cgroup())) {
            cgroupsPath = lease.driver().cgroupsPath(c.id, info.hostConfig().cgroupParent());
        }
        c.replace(Container.withState(info, info.state(), cgroupsPath));
        if (engine.networks().connects(info.hostConfig())) {
            try (var s = trace.step("network")) {
                connect(c, namespaces);
            }
        }
        Spec spec;
        try (var s = trace.step("create spec")) {
            spec = specs.build(c, request, namespaces, cgroupsPath);
        }
        run.spec = spec;
        boolean ownsGroup;
        try (Lease<ExecutionBackend> lease = engine.registries().exec().lease(info.runtime())) {
            ownsGroup = lease.driver().ownsCgroup(info.runtime());
            run.logged = lease.driver().survivesEngine();
        }
        try (CgroupHandle group =
                ownsGroup ? new ForeignGroup(cgroupsPath) : prepareGroup(info, cgroupsPath, spec, trace)) {
            CreatedProcess process = create(c, run, request, spec, group, trace);
            if (run.logged) {
                c.hub.beginCopies(process.io());
            } else {
                c.hub.begin(process.io());
            }
            try (var s = trace.step("start");
                    Lease<ExecutionBackend> lease = engine.registries().exec().lease(info.runtime())) {
                lease.driver().start(c.id);
            }
            running(c, process);
        }
        ooms.watch(c, run);
        engine.health().watch(c, run);
    }

    /** The group that the runtime makes itself. */
    private record ForeignGroup(String cgroupsPath) implements CgroupHandle {
        @Override
        public List<Integer> procsDescriptors() {
            return List.of();
        }

        @Override
        public @Nullable Integer birthDirectory() {
            return null;
        }

        @Override
        public void close() {}
    }

    private void connect(Container c, List<LinuxNamespace> namespaces) {
        String path = namespaces.stream()
                .filter(n -> n.type() == LinuxNamespaceType.NETWORK)
                .map(LinuxNamespace::path)
                .findFirst()
                .orElse(null);
        if (path == null) {
            throw EngineException.internal(
                    "namespace strategy " + c.info().namespace() + " made no network namespace ahead", null);
        }
        engine.networks().attach(c, path);
        HostFiles.connected(engine, c.info());
        engine.networks().links().of(c.info()).forEach(linking -> HostFiles.connected(engine, linking.info()));
    }

    private CgroupHandle prepareGroup(ContainerInfo info, String cgroupsPath, Spec spec, TraceRecorder trace) {
        try (var s = trace.step("cgroup " + info.cgroup());
                Lease<CgroupManager> lease = engine.registries().cgroup().lease(info.cgroup())) {
            return lease.driver().prepare(cgroupsPath, spec.linux().resources());
        }
    }

    private CreatedProcess create(
            Container c,
            Container.Run run,
            NamespaceRequest request,
            Spec spec,
            CgroupHandle group,
            TraceRecorder trace) {
        ContainerInfo info = c.info();
        try (var s = trace.step("create " + info.runtime());
                Lease<StorageDriver> storage = engine.registries().storage().lease(info.storage());
                Lease<ExecutionBackend> exec = engine.registries().exec().lease(info.runtime())) {
            List<MountSpec> rootfs = storage.driver().rootfs(c.id);
            return exec.driver()
                    .create(new CreateRequest(
                            c.id,
                            info.runtime(),
                            spec,
                            c.user(),
                            rootfs,
                            group.procsDescriptors(),
                            group.birthDirectory(),
                            info.config().openStdin(),
                            run.logged ? c.hub.target() : null,
                            new Placement(
                                    info,
                                    request,
                                    group.cgroupsPath(),
                                    spec.linux().resources()),
                            ending.listener(c, run),
                            trace,
                            Duration.ofSeconds(engine.registries().config().birth_timeout_seconds())));
        }
    }

    private void running(Container c, CreatedProcess process) {
        ContainerInfo info = c.info();
        c.replace(Container.withState(
                info,
                new ContainerState(
                        ContainerStatus.RUNNING,
                        process.pid(),
                        process.startTime(),
                        0,
                        false,
                        "",
                        Instant.now(),
                        null,
                        HealthChecks.first(c, null)),
                info.cgroupsPath()));
        engine.saveKept(c);
        engine.tell(c, "start");
    }

    /** Puts init into its group and has its namespaces pinned. */
    private final class Placement implements Birth {
        private final ContainerInfo info;
        private final NamespaceRequest request;
        private final String cgroupsPath;
        private final LinuxResources resources;

        Placement(ContainerInfo info, NamespaceRequest request, String cgroupsPath, LinuxResources resources) {
            this.info = info;
            this.request = request;
            this.cgroupsPath = cgroupsPath;
            this.resources = resources;
        }

        @Override
        public void place(int pid) {
            try (Lease<CgroupManager> lease = engine.registries().cgroup().lease(info.cgroup())) {
                lease.driver().apply(cgroupsPath, pid, resources);
            }
        }

        @Override
        public void placed(int pid) {
            try (Lease<NamespaceStrategy> lease =
                    engine.registries().namespace().lease(info.namespace())) {
                lease.driver().pin(request, pid);
            }
        }
    }
}

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
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.spec.LinuxNamespace;
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

    Starter(Engine engine, SpecBuilder specs, Ending ending) {
        this.engine = engine;
        this.specs = specs;
        this.ending = ending;
    }

    void start(Container c) {
        switch (c.state().status()) {
            case RUNNING ->
                throw new EngineException(
                        EngineException.Kind.NOT_MODIFIED,
                        "container " + c.info().name() + " is running already");
            case PAUSED -> throw EngineException.conflict("cannot start a paused container, try unpause instead");
            case REMOVING, DEAD ->
                throw EngineException.conflict(
                        "container " + c.info().name() + " is marked for removal and cannot be started");
            default ->
                engine.workers().parked(() -> {
                    run(c);
                    return true;
                });
        }
    }

    private void run(Container c) {
        TraceRecorder trace = new TraceRecorder("start");
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
        Spec spec;
        try (var s = trace.step("create spec")) {
            spec = specs.build(c, request, namespaces, cgroupsPath);
        }
        try (CgroupHandle group = prepareGroup(info, cgroupsPath, spec, trace)) {
            CreatedProcess process = create(c, run, request, spec, group, trace);
            c.hub.begin(process.io());
            try (var s = trace.step("start");
                    Lease<ExecutionBackend> lease = engine.registries().exec().lease(info.runtime())) {
                lease.driver().start(c.id);
            }
            running(c, process);
        }
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
            String user = info.config().user() == null
                    ? c.image.user()
                    : info.config().user();
            return exec.driver()
                    .create(new CreateRequest(
                            c.id,
                            info.runtime(),
                            spec,
                            new UserRequest(user, info.hostConfig().groupAdd()),
                            rootfs,
                            group.procsDescriptors(),
                            group.birthDirectory(),
                            info.config().openStdin(),
                            null,
                            new Placement(
                                    info,
                                    request,
                                    group.cgroupsPath(),
                                    spec.linux().resources()),
                            status -> ending.exited(c, run, request, status),
                            trace,
                            Duration.ofSeconds(engine.registries().config().birth_timeout_seconds())));
        }
    }

    private void running(Container c, CreatedProcess process) {
        ContainerInfo info = c.info();
        c.replace(Container.withState(
                info,
                new ContainerState(
                        ContainerStatus.RUNNING, process.pid(), process.startTime(), 0, false, "", Instant.now(), null),
                info.cgroupsPath()));
        if (!info.hostConfig().autoRemove()) {
            engine.store().save(c.info(), false);
        }
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

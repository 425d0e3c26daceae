package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStats;
import dev.felucca.api.container.ContainerStreams;
import dev.felucca.api.container.ContainerViews;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.spec.Spec;
import dev.felucca.api.spec.SpecJson;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.api.trace.TraceNode;
import dev.felucca.core.driver.Lease;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** What there is to see of containers: snapshots, plans, traces, streams. */
@Component(service = {ContainerViews.class, ContainerStreams.class})
public final class ViewsComponent implements ContainerViews, ContainerStreams {
    private final Engine engine;
    private final SpecBuilder specs;
    private final ExecutorService readers = Executors.newCachedThreadPool(r -> {
        Thread t = new Thread(r, "felucca-log-reader");
        t.setDaemon(true);
        return t;
    });

    @Activate
    public ViewsComponent(@Reference LifecycleComponent lifecycle) {
        engine = lifecycle.engine();
        specs = lifecycle.specs();
    }

    ContainerTable table() {
        return engine.table();
    }

    @Deactivate
    void stop() {
        readers.shutdown();
    }

    @Override
    public List<ContainerInfo> list() {
        return engine.table().all().stream()
                .map(Container::info)
                .sorted(Comparator.comparing(ContainerInfo::created).reversed())
                .toList();
    }

    @Override
    public ContainerInfo get(String container) {
        return engine.table().get(container).info();
    }

    @Override
    public DiskUse diskUse(String container) {
        ContainerInfo info = engine.table().get(container).info();
        long image = engine.images().get(info.imageId()).size();
        try (Lease<StorageDriver> lease = engine.registries().storage().lease(info.storage())) {
            long written = lease.driver().usage(info.id());
            return new DiskUse(written, written + image);
        }
    }

    @Override
    public ProcessTable top(String container, List<String> psArguments) {
        ContainerInfo info = engine.table().get(container).info();
        String path = groupOf(info);
        try (Lease<CgroupManager> lease = engine.registries().cgroup().lease(info.cgroup())) {
            return Top.of(lease.driver().processes(path), psArguments);
        }
    }

    /** The control group of one that runs; CONFLICT for another. */
    private static String groupOf(ContainerInfo info) {
        switch (info.state().status()) {
            case RUNNING, PAUSED -> {}
            case RESTARTING ->
                throw EngineException.conflict(
                        "Container " + info.name() + " is restarting, wait until the container is running");
            default -> throw Signaller.notRunning(info);
        }
        String path = info.cgroupsPath();
        if (path == null) {
            throw Signaller.notRunning(info);
        }
        return path;
    }

    @Override
    public ContainerStats stats(String container) {
        ContainerInfo info = engine.table().get(container).info();
        String path = groupOf(info);
        try (Lease<CgroupManager> lease = engine.registries().cgroup().lease(info.cgroup())) {
            return StatsReader.read(info, lease.driver().stats(path));
        }
    }

    @Override
    public List<TraceNode> trace(String container) {
        return engine.table().get(container).traces();
    }

    @Override
    public List<String> explain(String container) {
        Container c = engine.table().get(container);
        Spec spec = specOf(c);
        try (Lease<ExecutionBackend> exec =
                engine.registries().exec().lease(c.info().runtime())) {
            return exec.driver().explain(c.info().runtime(), spec, c.user());
        }
    }

    @Override
    public String spec(String container) {
        return new String(SpecJson.write(specOf(engine.table().get(container))), StandardCharsets.UTF_8);
    }

    private Spec specOf(Container c) {
        NamespaceRequest request = specs.namespaces(c);
        try (Lease<CgroupManager> cgroup =
                engine.registries().cgroup().lease(c.info().cgroup())) {
            String path =
                    cgroup.driver().cgroupsPath(c.id, c.info().hostConfig().cgroupParent());
            return specs.build(c, request, SpecBuilder.unmade(request), path);
        }
    }

    @Override
    public Attachment attach(String container, boolean stdin, OutputSink sink) {
        return engine.table().get(container).hub.attach(stdin, sink);
    }

    @Override
    public void resize(String container, int rows, int columns) {
        engine.table().get(container).hub.resize(rows, columns);
    }

    @Override
    public LogReading logs(String container, LogOptions options, LogSink sink) {
        return engine.table().get(container).hub.logs(options, sink, readers);
    }
}

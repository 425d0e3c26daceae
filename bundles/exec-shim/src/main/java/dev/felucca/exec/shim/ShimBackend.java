package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.exec.AdoptRequest;
import dev.felucca.api.exec.Adopted;
import dev.felucca.api.exec.CreateRequest;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExecRequest;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.Spec;
import dev.felucca.door.Handles;
import dev.felucca.door.Monitor;
import dev.felucca.door.Processes;
import dev.felucca.door.Pump;
import dev.felucca.door.Spawner;
import dev.felucca.door.shim.Shim;
import dev.felucca.door.shim.ShimContainer;
import dev.felucca.door.shim.ShimLink;
import dev.felucca.door.shim.Shims;
import dev.felucca.initplan.HostCgroups;
import dev.felucca.initplan.ProcessOp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * One felucca-shim a container, as Docker 1.11.2 had it: it holds the processes and their streams, writes the log and records the
 * end; engines come and go. What must outlive this bundle lies in the door's handle table, what must outlive the engine in the shim
 * and in the run root.
 */
@Component(property = Driver.NAME + "=" + ShimBackend.SHIM)
public final class ShimBackend implements ExecutionBackend {
    static final String SHIM = "shim";
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String CONTAINER = "exec.shim";

    private final Handles handles;
    private final Monitor monitor;
    private final Pump pump;
    private final Shims shims;
    private final ShimDirectories directories;
    private final OciDirectories bundles;
    private final Adoption adoption;
    private final Map<String, ContainerRuntime> runtimes = new LinkedHashMap<>();

    @Activate
    public ShimBackend(
            @Reference EngineRoots roots,
            @Reference Handles handles,
            @Reference Monitor monitor,
            @Reference Pump pump,
            @Reference Spawner spawner,
            @Reference Shims shims,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) List<ConfiguredRuntime> configured) {
        this.handles = handles;
        this.monitor = monitor;
        this.pump = pump;
        this.shims = shims;
        directories = new ShimDirectories(roots.runRoot());
        adoption = new Adoption(directories, shims);
        HostCgroups cgroups;
        try {
            cgroups = HostCgroups.parse(Files.readAllLines(Path.of("/proc/self/mountinfo")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Processes.Limit limit = Processes.descriptorsBeforeJvm();
        Holder holder = new Holder(directories);
        runtimes.put(
                NativeRuntime.NATIVE,
                new NativeRuntime(
                        spawner,
                        holder,
                        cgroups,
                        new ProcessOp.Rlimit(Processes.RLIMIT_NOFILE, limit.soft(), limit.hard())));
        bundles = new OciDirectories(roots.runRoot());
        Stream.concat(OciDefinition.shipped().stream(), configured.stream().map(ConfiguredRuntime::definition))
                .forEach(d -> runtimes.put(d.name(), new OciRuntime(d, bundles, holder, limit)));
    }

    @Override
    public String name() {
        return SHIM;
    }

    @Override
    public Set<String> runtimes() {
        return new LinkedHashSet<>(runtimes.keySet());
    }

    @Override
    public boolean survivesEngine() {
        return true;
    }

    @Override
    public boolean ownsCgroup(String runtime) {
        return runtime(runtime).ownsCgroup();
    }

    @Override
    public void probe() {
        if (Processes.limit(0, Processes.RLIMIT_NOFILE).hard() < 1024) {
            throw EngineException.unsupported(
                    "the engine may open fewer than 1024 descriptors; raise its limit (ulimit -n)");
        }
    }

    @Override
    public Map<String, String> status() {
        long running =
                handles.list().stream().filter(e -> e.kind().equals(CONTAINER)).count();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Containers here", "" + running);
        facts.put("Containers survive the engine", "yes");
        runtimes.forEach((name, runtime) -> facts.put("Runtime " + name, runtime.status()));
        return facts;
    }

    private ContainerRuntime runtime(String name) {
        ContainerRuntime runtime = runtimes.get(name);
        if (runtime == null) {
            throw EngineException.unavailable(
                    "runtime " + name + " is not configured; there are: " + String.join(", ", runtimes.keySet()));
        }
        return runtime;
    }

    private ShimContainer held(String containerId, String runtime, ShimLink link) {
        return new ShimContainer(containerId, runtime, link, monitor, pump);
    }

    @Override
    public CreatedProcess create(CreateRequest r) {
        if (handles.get(CONTAINER, r.containerId(), ShimContainer.class).isPresent()) {
            throw EngineException.conflict("container " + r.containerId() + " has a process already");
        }
        ContainerRuntime runtime = runtime(r.runtime());
        Shim shim;
        try (var s = r.trace().step("shim.take")) {
            shim = shims.take(runtime.asksFor(r.spec()));
        }
        ShimContainer container = held(r.containerId(), runtime.name(), shim.link());
        try {
            try (var s = r.trace().step("shim.record")) {
                directories.make(r.containerId(), shim, runtime.name());
            }
            CreatedProcess process = runtime.create(r, shim, container);
            handles.put(CONTAINER, r.containerId(), container);
            return process;
        } catch (RuntimeException e) {
            abandon(new Container(r.containerId(), runtime.name(), container), runtime, e);
            shim.close();
            shims.refill();
            throw e;
        }
    }

    /** Without its connection the shim kills what there is and ends; a process that does not die holds up nobody here. */
    private void abandon(Container c, ContainerRuntime runtime, RuntimeException why) {
        try {
            runtime.delete(c);
            directories.remove(c.id());
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        } finally {
            c.held().close();
        }
    }

    private Container container(String containerId) {
        ShimContainer held = handles.get(CONTAINER, containerId, ShimContainer.class)
                .orElseThrow(() -> EngineException.notFound("container " + containerId + " has no process here"));
        return new Container(containerId, held.runtime(), held);
    }

    private String recorded(String containerId) {
        return directories
                .record(containerId)
                .map(ShimDirectories.Holding::runtime)
                .orElseThrow(() -> EngineException.unavailable("the record of container " + containerId
                        + " is missing: somebody removed " + directories.of(containerId)));
    }

    @Override
    public void start(String containerId) {
        Container c = container(containerId);
        try {
            runtime(c.runtime()).start(c);
        } finally {
            shims.refill();
        }
    }

    @Override
    public Adopted adopt(AdoptRequest request) {
        return adoption.adopt(
                request,
                link -> held(request.containerId(), recorded(request.containerId()), link),
                c -> handles.put(CONTAINER, request.containerId(), c));
    }

    @Override
    public void pause(String containerId) {
        Container c = container(containerId);
        runtime(c.runtime()).pause(c);
    }

    @Override
    public void resume(String containerId) {
        Container c = container(containerId);
        runtime(c.runtime()).resume(c);
    }

    @Override
    public void update(String containerId, LinuxResources resources) {
        Container c = container(containerId);
        runtime(c.runtime()).update(c, resources);
    }

    @Override
    public void signal(String containerId, int signal) {
        Container c = container(containerId);
        runtime(c.runtime()).signal(c, signal);
    }

    @Override
    public CreatedProcess exec(ExecRequest request) {
        Container c = container(request.containerId());
        return runtime(c.runtime()).exec(request, c);
    }

    @Override
    public void signalExec(String execId, int signal) {
        handles.list().stream()
                .filter(e -> e.kind().equals(CONTAINER))
                .flatMap(e -> handles.get(CONTAINER, e.id(), ShimContainer.class).stream())
                .flatMap(c -> c.exec(execId).stream())
                .findFirst()
                .orElseThrow(() -> EngineException.notFound("exec " + execId + " has no process here"))
                .signal(signal);
    }

    @Override
    public void delete(String containerId) {
        Optional<ShimContainer> found = handles.get(CONTAINER, containerId, ShimContainer.class)
                .or(() -> adoption.connect(containerId).map(link -> held(containerId, recorded(containerId), link)));
        EngineException failed = null;
        if (found.isPresent()) {
            ShimContainer held = found.get();
            try {
                // a shim that is dead runs nothing
                if (!held.link().isGone()) {
                    runtime(held.runtime()).delete(new Container(containerId, held.runtime(), held));
                }
            } catch (EngineException e) {
                // what is left is killed by the shim, and its group removed by the manager
                failed = e;
            }
            held.delete(PATIENCE);
            handles.take(CONTAINER, containerId, ShimContainer.class);
        }
        bundles.remove(containerId);
        directories.remove(containerId);
        shims.refill();
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public List<String> explain(String runtime, Spec spec, UserRequest user) {
        return runtime(runtime).explain(spec, user);
    }
}

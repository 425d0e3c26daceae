package dev.felucca.exec.inprocess;

import dev.felucca.api.EngineException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.exec.CreateRequest;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExecRequest;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Spec;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Execution;
import dev.felucca.door.Fd;
import dev.felucca.door.Handles;
import dev.felucca.door.InitProcess;
import dev.felucca.door.Monitor;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.ProcessStreams;
import dev.felucca.door.Processes;
import dev.felucca.door.Pump;
import dev.felucca.door.Spawner;
import dev.felucca.door.layer.Mounter;
import dev.felucca.initplan.BirthDescription;
import dev.felucca.initplan.CompiledPlan;
import dev.felucca.initplan.ExecDescription;
import dev.felucca.initplan.HostCgroups;
import dev.felucca.initplan.PlanCompiler;
import dev.felucca.initplan.ProcessOp;
import dev.felucca.initplan.UserResolver;
import dev.felucca.initplan.birth.Births;
import dev.felucca.initplan.birth.Born;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The engine is the parent of every init, as Docker 1.8.3 was: nothing else runs, and when the engine dies its containers die
 * with it (parent-death signal). What must outlive this bundle lies in the door's handle table.
 */
@Component(property = Driver.NAME + "=" + InProcessBackend.INPROCESS)
public final class InProcessBackend implements ExecutionBackend {
    static final String INPROCESS = "inprocess";

    private static final String INIT = "exec.init";
    private static final String EXEC = "exec.process";

    private final Handles handles;
    private final Monitor monitor;
    private final Pump pump;
    private final Spawner spawner;
    private final HostCgroups cgroups;
    private final List<ProcessOp.Rlimit> rlimits;

    @Activate
    public InProcessBackend(
            @Reference Handles handles, @Reference Monitor monitor, @Reference Pump pump, @Reference Spawner spawner) {
        this.handles = handles;
        this.monitor = monitor;
        this.pump = pump;
        this.spawner = spawner;
        try {
            cgroups = HostCgroups.parse(Files.readAllLines(Path.of("/proc/self/mountinfo")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Processes.Limit limit = Processes.descriptorsBeforeJvm();
        rlimits = List.of(new ProcessOp.Rlimit(Processes.RLIMIT_NOFILE, limit.soft(), limit.hard()));
    }

    @Override
    public String name() {
        return INPROCESS;
    }

    @Override
    public Set<String> runtimes() {
        return Set.of(INPROCESS);
    }

    @Override
    public boolean survivesEngine() {
        return false;
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
                handles.list().stream().filter(e -> e.kind().equals(INIT)).count();
        return Map.of("Containers here", "" + running, "Containers survive the engine", "no");
    }

    @Override
    public CreatedProcess create(CreateRequest r) {
        if (handles.get(INIT, r.containerId(), InitProcess.class).isPresent()) {
            throw EngineException.conflict("container " + r.containerId() + " has a process already");
        }
        Fd root;
        try (var s = r.trace().step("rootfs.mount")) {
            root = new Mounter().mount(r.rootfs());
        }
        try (root) {
            Process process;
            CompiledPlan plan;
            try (var s = r.trace().step("user.resolve")) {
                process = UserResolver.resolve(root, r.user(), r.spec().process());
            }
            try (var s = r.trace().step("plan.compile")) {
                plan = compile(
                        r.spec().withProcess(process),
                        r.containerId(),
                        r.procsDescriptors().size(),
                        r.birthDirectory() != null);
            }
            InitProcess init = birth(
                    r.containerId(),
                    new Births.Request(
                            plan,
                            root,
                            r.procsDescriptors(),
                            r.birthDirectory(),
                            process.terminal(),
                            r.openStdin(),
                            r.birth(),
                            r.trace()),
                    r.deadline());
            return keep(INIT, r.containerId(), init, () -> init.watch(monitor, r.containerId(), r.listener()));
        }
    }

    private CompiledPlan compile(Spec spec, String id, int procs, boolean born) {
        return PlanCompiler.compile(
                spec,
                new BirthDescription(
                        id, procs, born, rlimits, Processes.SIGKILL, cgroups, p -> Files.isDirectory(Path.of(p))));
    }

    private InitProcess birth(String key, Births.Request r, Duration deadline) {
        Born born =
                Births.birth(r, (plan, slots) -> spawner.spawn(plan, r.plan().made(), slots, deadline));
        Execution execution = new Execution(
                born.session(),
                e -> Births.startFailure(r.plan(), born.session().pid(), e));
        List<Fd> out = born.outputs();
        return new InitProcess(
                execution,
                born.terminal()
                        ? ProcessStreams.terminal(pump, key, out.get(0), r.openStdin())
                        : ProcessStreams.pipes(pump, key, born.stdin(), out.get(0), out.get(1)));
    }

    private CreatedProcess keep(String kind, String id, InitProcess init, Runnable watch) {
        try {
            CreatedProcess made = new CreatedProcess(init.pid(), Processes.startTime(init.pid()), init.streams());
            handles.put(kind, id, init);
            watch.run();
            return made;
        } catch (RuntimeException e) {
            init.execution().session().abort(e);
            init.streams().close();
            throw e;
        }
    }

    private InitProcess init(String containerId) {
        return handles.get(INIT, containerId, InitProcess.class)
                .orElseThrow(() -> EngineException.notFound("container " + containerId + " has no process here"));
    }

    @Override
    public void start(String containerId) {
        init(containerId).execution().run();
    }

    @Override
    public void signal(String containerId, int signal) {
        init(containerId).execution().signal(signal);
    }

    @Override
    public CreatedProcess exec(ExecRequest r) {
        InitProcess init = init(r.containerId());
        String proc = "/proc/" + init.pid();
        try (Fd root = Descriptors.open(proc + "/root", Descriptors.O_PATH | Descriptors.O_DIRECTORY)) {
            Process process = UserResolver.resolve(root, r.user(), r.process());
            Map<NamespaceType, String> join = new EnumMap<>(NamespaceType.class);
            for (LinuxNamespace n : r.spec().linux().namespaces()) {
                NamespaceType type = NamespaceType.valueOf(n.type().name());
                join.put(type, proc + "/ns/" + type.file());
            }
            CompiledPlan plan = PlanCompiler.compileExec(
                    r.spec(),
                    process,
                    new ExecDescription(
                            r.containerId(), join, r.procsDescriptors().size(), rlimits, Processes.SIGKILL));
            InitProcess made = birth(
                    r.containerId(),
                    new Births.Request(
                            plan,
                            root,
                            r.procsDescriptors(),
                            null,
                            process.terminal(),
                            r.openStdin(),
                            r.birth(),
                            r.trace()),
                    r.deadline());
            String id = execKey(r.containerId(), r.execId());
            CreatedProcess created = keep(
                    EXEC,
                    id,
                    made,
                    () -> made.watch(monitor, r.containerId(), status -> {
                        handles.take(EXEC, id, InitProcess.class).ifPresent(InitProcess::forget);
                        r.listener().exited(status);
                    }));
            try {
                made.execution().run();
            } catch (RuntimeException e) {
                made.streams().close();
                throw e;
            }
            return created;
        }
    }

    private static String execKey(String containerId, String execId) {
        return containerId + "/" + execId;
    }

    @Override
    public void signalExec(String execId, int signal) {
        handles.list().stream()
                .filter(e -> e.kind().equals(EXEC) && e.id().endsWith("/" + execId))
                .findFirst()
                .flatMap(e -> handles.get(EXEC, e.id(), InitProcess.class))
                .orElseThrow(() -> EngineException.notFound("exec " + execId + " has no process here"))
                .execution()
                .signal(signal);
    }

    @Override
    public void delete(String containerId) {
        handles.list().stream()
                .filter(e -> e.kind().equals(EXEC) && e.id().startsWith(containerId + "/"))
                .forEach(e -> handles.close(EXEC, e.id()));
        handles.close(INIT, containerId);
    }

    @Override
    public List<String> explain(String runtime, Spec spec, UserRequest user) {
        return compile(spec, "CONTAINER", 0, false).explain(user);
    }
}

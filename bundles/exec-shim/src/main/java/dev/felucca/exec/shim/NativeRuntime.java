package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import dev.felucca.api.exec.CreateRequest;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExecRequest;
import dev.felucca.api.exec.ProcessListener;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Spec;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Execution;
import dev.felucca.door.Fd;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Processes;
import dev.felucca.door.Spawner;
import dev.felucca.door.layer.Mounter;
import dev.felucca.door.shim.Shim;
import dev.felucca.door.shim.ShimContainer;
import dev.felucca.door.shim.ShimProcess;
import dev.felucca.initplan.BirthDescription;
import dev.felucca.initplan.CompiledPlan;
import dev.felucca.initplan.ExecDescription;
import dev.felucca.initplan.HostCgroups;
import dev.felucca.initplan.PlanCompiler;
import dev.felucca.initplan.ProcessOp;
import dev.felucca.initplan.UserResolver;
import dev.felucca.initplan.birth.Births;
import dev.felucca.initplan.birth.Born;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * No runtime on the machine is needed: the shim starts felucca-init, and hands the engine its socket, so that a birth is the same
 * as in process. Should the shim die, the kernel kills what it was the parent of.
 */
final class NativeRuntime implements ContainerRuntime {
    static final String NATIVE = "native";

    private final Spawner spawner;
    private final Holder holder;
    private final HostCgroups cgroups;
    private final List<ProcessOp.Rlimit> rlimits;

    NativeRuntime(Spawner spawner, Holder holder, HostCgroups cgroups, ProcessOp.Rlimit descriptors) {
        this.spawner = spawner;
        this.holder = holder;
        this.cgroups = cgroups;
        rlimits = List.of(descriptors);
    }

    @Override
    public String name() {
        return NATIVE;
    }

    @Override
    public boolean ownsCgroup() {
        return false;
    }

    @Override
    public Set<NamespaceType> asksFor(Spec spec) {
        Set<NamespaceType> types = EnumSet.noneOf(NamespaceType.class);
        spec.linux().namespaces().stream()
                .filter(n -> n.path() == null)
                .forEach(n -> types.add(NamespaceType.valueOf(n.type().name())));
        return types;
    }

    private CompiledPlan compile(Spec spec, String id, int procs, boolean born) {
        return PlanCompiler.compile(
                spec,
                new BirthDescription(
                        id, procs, born, rlimits, Processes.SIGKILL, cgroups, p -> Files.isDirectory(Path.of(p))));
    }

    @Override
    public CreatedProcess create(CreateRequest r, Shim shim, ShimContainer container) {
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
            Born born = Births.birth(
                    new Births.Request(
                            plan,
                            root,
                            r.procsDescriptors(),
                            r.birthDirectory(),
                            process.terminal(),
                            r.openStdin(),
                            r.birth(),
                            r.trace()),
                    (bytes, slots) -> spawner.begin(shim.init(), bytes, slots, r.deadline()));
            try {
                return holder.hold(r, container, arrival(born, plan, r.openStdin(), r.listener()))
                        .created();
            } catch (RuntimeException e) {
                born.abort(e);
                throw e;
            }
        }
    }

    private static ShimContainer.Arrival arrival(
            Born born, CompiledPlan plan, boolean openStdin, ProcessListener listener) {
        int pid = born.session().pid();
        Execution execution = new Execution(born.session(), e -> Births.startFailure(plan, pid, e));
        return new ShimContainer.Arrival(
                pid, born.terminal(), openStdin, born.outputs(), born.stdin(), Optional.of(execution), listener);
    }

    @Override
    public void start(Container c) {
        execution(init(c)).run();
        c.held().link().started(0);
    }

    private static Execution execution(ShimProcess process) {
        return process.execution()
                .orElseThrow(() -> EngineException.conflict("process " + process.pid() + " has been started already"));
    }

    private static ShimProcess init(Container c) {
        return c.held()
                .init()
                .orElseThrow(() -> EngineException.notFound("container " + c.id() + " has no process here"));
    }

    @Override
    public CreatedProcess exec(ExecRequest r, Container c) {
        ShimProcess init = init(c);
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
            Fd socket = c.held().link().init(spawner.binary());
            Born born;
            try {
                born = Births.birth(
                        new Births.Request(
                                plan,
                                root,
                                r.procsDescriptors(),
                                null,
                                process.terminal(),
                                r.openStdin(),
                                r.birth(),
                                r.trace()),
                        (bytes, slots) -> spawner.begin(socket, bytes, slots, r.deadline()));
            } catch (RuntimeException e) {
                socket.close();
                throw e;
            }
            ShimProcess made;
            try {
                made = c.held().holdExec(r.execId(), arrival(born, plan, r.openStdin(), r.listener()));
            } catch (RuntimeException e) {
                born.abort(e);
                throw e;
            }
            try {
                execution(made).run();
                c.held().started(r.execId());
                return made.created();
            } catch (RuntimeException e) {
                made.created().io().close();
                throw e;
            }
        }
    }

    @Override
    public void signal(Container c, int signal) {
        init(c).signal(signal);
    }

    private static EngineException notMine() {
        return EngineException.internal("the control group of a native container is the manager's", null);
    }

    @Override
    public void pause(Container c) {
        throw notMine();
    }

    @Override
    public void resume(Container c) {
        throw notMine();
    }

    @Override
    public void update(Container c, LinuxResources resources) {
        throw notMine();
    }

    @Override
    public void delete(Container c) {
        // All there is are processes, which the shim kills.
    }

    @Override
    public List<String> explain(Spec spec, UserRequest user) {
        return compile(spec, "CONTAINER", 0, false).explain(user);
    }

    @Override
    public String status() {
        return "built in";
    }
}

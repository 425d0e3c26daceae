package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.exec.CreateRequest;
import dev.felucca.api.exec.CreatedProcess;
import dev.felucca.api.exec.ExecRequest;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Spec;
import dev.felucca.api.spec.SpecJson;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.MountInfo;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Processes;
import dev.felucca.door.layer.Mounter;
import dev.felucca.door.shim.Shim;
import dev.felucca.door.shim.ShimContainer;
import dev.felucca.door.shim.ShimProcess;
import dev.felucca.exec.shim.OciDirectories.Bundle;
import dev.felucca.initplan.UserResolver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers made by a program with runc's command line, which the shim runs: {@code create} leaves an init that waits, a child of
 * the shim as the program has ended; {@code start}, {@code kill} and all else are further runs of it. The root filesystem is
 * mounted in the shim's mount namespace alone. The program owns the control group.
 */
final class OciRuntime implements ContainerRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(OciRuntime.class);

    private final OciDefinition definition;
    private final OciDirectories directories;
    private final Holder holder;
    private final Processes.Limit descriptors;
    private final Map<List<Object>, OciVersion> versions = new ConcurrentHashMap<>();

    OciRuntime(OciDefinition definition, OciDirectories directories, Holder holder, Processes.Limit descriptors) {
        this.definition = definition;
        this.directories = directories;
        this.holder = holder;
        this.descriptors = descriptors;
    }

    @Override
    public String name() {
        return definition.name();
    }

    @Override
    public boolean ownsCgroup() {
        return true;
    }

    @Override
    public Set<NamespaceType> asksFor(Spec spec) {
        return Set.of();
    }

    @Override
    public CreatedProcess create(CreateRequest r, Shim shim, ShimContainer container) {
        // the felucca-init that waits in the shim is not needed
        shim.init().close();
        OciSpecs.checkSources(r.spec().mounts());
        Bundle bundle = directories.make(r.containerId());
        OciCommand command = new OciCommand(definition, bundle, shim.link());
        Deadline deadline = new Deadline(r.deadline());
        try {
            OciVersion version = version(command);
            OciSpecs.check(r.spec(), version);
            ShimProcess init = create(r, container, command, deadline);
            try (var s = r.trace().step("birth.placed")) {
                r.birth().placed(init.pid());
            }
            return init.created();
        } catch (RuntimeException e) {
            RuntimeException told = e instanceof OciCommand.Failure f ? OciFailures.told(f) : e;
            abandon(r.containerId(), command, container, told);
            throw told;
        }
    }

    private ShimProcess create(CreateRequest r, ShimContainer container, OciCommand command, Deadline deadline) {
        Bundle bundle = command.bundle();
        Process process;
        try (Fd root = mount(r)) {
            try (var s = r.trace().step("user.resolve")) {
                process = UserResolver.resolve(root, r.user(), r.spec().process());
            }
            try (var s = r.trace().step("shim: namespace")) {
                command.link().namespace(hidden(), bundle.rootfs().toString(), root);
            }
        }
        boolean systemd = OciSpecs.isScope(r.spec().linux().cgroupsPath());
        try (OciNamespaces namespaces = OciNamespaces.open(r.spec().linux().namespaces());
                OciStreams streams = OciStreams.open(bundle, process.terminal(), r.openStdin())) {
            namespaces.showRoot(command.link().pid(), bundle.rootfs());
            Spec spec = OciSpecs.of(r.spec(), process, namespaces.entries(), descriptors);
            bundle.write(SpecJson.write(spec));
            Path pidFile = bundle.path().resolve("pid");
            List<String> words = new ArrayList<>();
            words.addAll(List.of("create", "--bundle", bundle.path().toString(), "--pid-file", pidFile.toString()));
            words.addAll(streams.arguments());
            words.add(r.containerId());
            try (var s = r.trace().step(name() + ": create")) {
                systemd(command, systemd).run(limit(deadline), words, streams.stdio(), streams::said);
            }
            return holder.hold(r, container, streams.arrival(pid(pidFile), r.listener()));
        }
    }

    private static Fd mount(CreateRequest r) {
        try (var s = r.trace().step("rootfs.mount")) {
            return new Mounter().mount(r.rootfs());
        }
    }

    /** Mounts that the runtime is not to see. */
    private List<String> hidden() {
        List<MountInfo> mounts = MountInfo.list();
        boolean hybrid = mounts.stream().anyMatch(m -> m.type().equals("cgroup"));
        return !definition.hideUnified() || !hybrid
                ? List.of()
                : mounts.stream()
                        .filter(m -> m.type().equals("cgroup2"))
                        .map(MountInfo::mountPoint)
                        .toList();
    }

    private static int pid(Path file) {
        String text = Bundle.read(file).strip();
        if (!text.matches("[0-9]{1,9}")) {
            throw EngineException.unavailable("the runtime wrote no pid to its --pid-file, but \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

    /** The runtime that asks systemd for the group, as the cgroup manager systemd wants it. */
    private OciCommand systemd(OciCommand command, boolean wanted) {
        if (!wanted) {
            return command;
        }
        List<String> more = new ArrayList<>(definition.arguments());
        more.add("--systemd-cgroup");
        return new OciCommand(
                new OciDefinition(name(), definition.program(), more, definition.hideUnified(), definition.timeout()),
                command.bundle(),
                command.link());
    }

    /** Of the program as it is now: it may be updated while the engine runs. */
    private OciVersion version(OciCommand command) {
        List<Object> file = ProgramFile.identity(definition);
        OciVersion known = versions.get(file);
        if (known == null) {
            known = OciVersion.parse(definition, command.run(definition.timeout(), "--version"));
            versions.put(file, known);
        }
        return known;
    }

    private Duration limit(Deadline deadline) {
        return deadline.atMost(definition.timeout());
    }

    /** A birth that failed: nothing of it stays. */
    private void abandon(String id, OciCommand command, ShimContainer container, RuntimeException why) {
        quietly(why, () -> command.run(definition.timeout(), "delete", "--force", id));
        quietly(why, () -> container.delete(ShimBackend.PATIENCE));
        quietly(why, () -> directories.remove(id));
    }

    private static void quietly(RuntimeException why, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    private OciCommand command(Container c) {
        Bundle bundle = directories.of(c.id());
        if (!bundle.exists()) {
            throw EngineException.unavailable(
                    "the runtime bundle of container " + c.id() + " is missing: somebody removed " + bundle.path());
        }
        return new OciCommand(definition, bundle, c.held().link());
    }

    @Override
    public void start(Container c) {
        try {
            command(c).run(definition.timeout(), "start", c.id());
        } catch (OciCommand.Failure e) {
            throw OciFailures.told(e);
        }
        c.held().link().started(0);
    }

    @Override
    public CreatedProcess exec(ExecRequest r, Container c) {
        ShimProcess init = c.held()
                .init()
                .orElseThrow(() -> EngineException.notFound("container " + c.id() + " has no process here"));
        OciCommand command = command(c);
        Deadline deadline = new Deadline(r.deadline());
        Process process;
        try (Fd root =
                Descriptors.open("/proc/" + init.pid() + "/root", Descriptors.O_PATH | Descriptors.O_DIRECTORY)) {
            process = OciSpecs.limited(UserResolver.resolve(root, r.user(), r.process()), descriptors);
        }
        Path description = command.bundle().file("process", SpecJson.write(process));
        Path pidFile = command.bundle().file("pid", new byte[0]);
        try (OciStreams streams = OciStreams.open(command.bundle(), process.terminal(), r.openStdin())) {
            List<String> words = new ArrayList<>(
                    List.of("exec", "--detach", "--process", description.toString(), "--pid-file", pidFile.toString()));
            words.addAll(streams.arguments());
            words.add(c.id());
            try (var s = r.trace().step(name() + ": exec")) {
                command.run(limit(deadline), words, streams.stdio(), streams::said);
            } catch (OciCommand.Failure e) {
                throw OciFailures.told(e);
            }
            ShimProcess made = c.held().holdExec(r.execId(), streams.arrival(pid(pidFile), r.listener()));
            c.held().started(r.execId());
            return made.created();
        } finally {
            Bundle.drop(description);
            Bundle.drop(pidFile);
        }
    }

    /** A runtime that is broken keeps no container alive: SIGKILL is then sent without it. */
    @Override
    public void signal(Container c, int signal) {
        ShimProcess init = c.held()
                .init()
                .orElseThrow(() -> EngineException.notFound("container " + c.id() + " has no process here"));
        if (init.hasEnded()) {
            throw EngineException.notFound("process " + init.pid() + " has ended already");
        }
        try {
            command(c).run(definition.timeout(), "kill", c.id(), Integer.toString(signal));
        } catch (EngineException e) {
            if (init.hasEnded()) {
                throw EngineException.notFound("process " + init.pid() + " has ended already");
            }
            if (signal != Processes.SIGKILL) {
                throw e;
            }
            LOG.warn("container {} is killed without its runtime: {}", c.id(), e.message());
            init.signal(signal);
        }
    }

    @Override
    public void pause(Container c) {
        command(c).run(definition.timeout(), "pause", c.id());
    }

    @Override
    public void resume(Container c) {
        command(c).run(definition.timeout(), "resume", c.id());
    }

    @Override
    public void update(Container c, LinuxResources resources) {
        OciCommand command = command(c);
        Path file = command.bundle().file("resources", SpecJson.write(resources));
        try {
            command.run(definition.timeout(), "update", "--resources", file.toString(), c.id());
        } finally {
            Bundle.drop(file);
        }
    }

    @Override
    public void delete(Container c) {
        if (directories.of(c.id()).exists()) {
            command(c).run(definition.timeout(), "delete", "--force", c.id());
        }
    }

    @Override
    public List<String> explain(Spec spec) {
        Bundle bundle = directories.of("CONTAINER");
        List<String> lines = new ArrayList<>();
        lines.add("start a felucca-shim, which holds the container");
        lines.add("in the shim: a mount namespace of its own, with the root filesystem at " + bundle.rootfs());
        hidden().forEach(m -> lines.add("in the shim: unmount " + m + " there, which " + name() + " does not bear"));
        lines.add("write " + bundle.config() + ", the runtime spec; the rest is the runtime's to do:");
        lines.add(definition.program() + " create --bundle " + bundle.path() + " CONTAINER");
        lines.add(definition.program() + " start CONTAINER");
        new String(SpecJson.write(spec), java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                .forEach(lines::add);
        return lines;
    }

    @Override
    public String status() {
        return ProgramFile.missing(definition)
                .map(why -> Driver.UNAVAILABLE + ": " + why)
                .orElse(definition.program().toString());
    }
}

package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.exec.InitProgram;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.Spec;
import dev.felucca.core.spec.NamespacePlan;
import dev.felucca.core.spec.SpecFactory;
import dev.felucca.core.spec.SpecInput;
import java.util.ArrayList;
import java.util.List;

/** Gathers what the spec of a container needs. */
final class SpecBuilder {
    /** Where the small init is in a container that wants one; docker's place. */
    private static final String INIT = "/sbin/docker-init";

    private static final String CONTAINER = "container:";

    private final Engine engine;
    private final InitProgram init;

    SpecBuilder(Engine engine, InitProgram init) {
        this.engine = engine;
        this.init = init;
    }

    NamespaceRequest namespaces(Container c) {
        return NamespacePlan.request(
                c.id, c.info().hostConfig(), engine.networks().connects(c.info().hostConfig()), this::pidOf);
    }

    /** The spec of a run under way; of one that was taken over, as it would be made now in the namespaces that it has. */
    Spec ofRun(Container c, Container.Run run) {
        Spec made = run.spec;
        if (made != null) {
            return made;
        }
        String path = c.info().cgroupsPath();
        if (path == null) {
            throw Signaller.notRunning(c.info());
        }
        NamespaceRequest own = NamespacePlan.request(
                c.id, c.info().hostConfig(), engine.networks().connects(c.info().hostConfig()), reference -> c.state()
                        .pid());
        Spec again = build(c, own, unmade(own), path);
        run.spec = again;
        return again;
    }

    private int pidOf(String reference) {
        Container other = engine.table().get(reference);
        if (!other.state().isRunning()) {
            throw EngineException.conflict("cannot join a namespace of container " + reference + ": it is not running");
        }
        return other.state().pid();
    }

    Spec build(Container c, NamespaceRequest request, List<LinuxNamespace> namespaces, String cgroupsPath) {
        ContainerInfo i = c.info();
        List<String> args = new ArrayList<>();
        List<VolumeMount> mounts = new ArrayList<>(mounts(i));
        // in another's pid namespace it would not be process 1, and reap nothing
        if (i.hostConfig().init() && i.hostConfig().pidMode().isEmpty()) {
            args.addAll(List.of(INIT, "--"));
            mounts.add(new VolumeMount("bind", init.path().toString(), INIT, true, null, false, false, ""));
        }
        args.add(i.path());
        args.addAll(i.args());
        ContainerInfo files = networkOwner(i);
        return SpecFactory.create(new SpecInput(
                i.id(),
                i.config(),
                i.hostConfig(),
                c.image,
                args,
                namespaces,
                cgroupsPath,
                mounts,
                Creation.hostname(files),
                files.hostnamePath(),
                files.hostsPath(),
                files.resolvConfPath(),
                request.timeOffsets(),
                engine.networks().links().variables(i)));
    }

    /** Who shares another container's network shares its names too, as with docker. */
    private ContainerInfo networkOwner(ContainerInfo i) {
        String mode = i.hostConfig().networkMode();
        return mode.startsWith(CONTAINER)
                ? engine.table().get(mode.substring(CONTAINER.length())).info()
                : i;
    }

    /** The entries that a strategy would give which makes everything with init. */
    static List<LinuxNamespace> unmade(NamespaceRequest request) {
        List<LinuxNamespace> entries = new ArrayList<>();
        for (LinuxNamespaceType type : LinuxNamespaceType.values()) {
            if (request.fresh().contains(type)) {
                entries.add(LinuxNamespace.of(type));
            }
            String path = request.joined().get(type);
            if (path != null) {
                entries.add(new LinuxNamespace(type, path));
            }
        }
        return entries;
    }

    private List<VolumeMount> mounts(ContainerInfo i) {
        return i.mounts().stream()
                .map(m -> m.type().equals("volume")
                        ? new VolumeMount(
                                m.type(),
                                engine.volumes().data(m.source()).toString(),
                                m.target(),
                                m.readOnly(),
                                m.propagation(),
                                m.createSource(),
                                m.noCopy(),
                                m.options())
                        : m)
                .toList();
    }
}

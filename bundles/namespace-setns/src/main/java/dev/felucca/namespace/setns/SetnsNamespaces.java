package dev.felucca.namespace.setns;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.LinuxTimeOffset;
import dev.felucca.door.BaseNamespace;
import dev.felucca.door.Fd;
import dev.felucca.door.NamespacePins;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Makes what can be made before there is a process, pins it below the run root, and lets init join it by path. What is born
 * with init (pid) or after its placement (cgroup) is pinned afterwards, so that a later run of nsenter(1), or a container that
 * joins this one, finds all of them at one place.
 */
@Component(property = Driver.NAME + "=" + SetnsNamespaces.SETNS)
public final class SetnsNamespaces implements NamespaceStrategy {
    static final String SETNS = "setns";

    /** In the order in which they are made and pinned; user namespaces will stand before all. */
    private static final Set<LinuxNamespaceType> AHEAD = EnumSet.of(
            LinuxNamespaceType.NETWORK,
            LinuxNamespaceType.MOUNT,
            LinuxNamespaceType.IPC,
            LinuxNamespaceType.UTS,
            LinuxNamespaceType.TIME);

    private static final List<LinuxNamespaceType> AFTER = List.of(LinuxNamespaceType.PID, LinuxNamespaceType.CGROUP);

    private final NamespacePins pins;
    private final BaseNamespace base;

    @Activate
    public SetnsNamespaces(@Reference EngineRoots roots, @Reference BaseNamespace base) {
        this.base = base;
        pins = new NamespacePins(roots.runRoot());
    }

    @Override
    public String name() {
        return SETNS;
    }

    @Override
    public void probe() {
        String id = "probe-" + UUID.randomUUID();
        try {
            prepare(new NamespaceRequest(id, AHEAD, Map.of(), Map.of()));
        } catch (EngineException e) {
            throw new EngineException(
                    EngineException.Kind.UNSUPPORTED,
                    "namespaces cannot be made ahead and pinned on this host: " + e.message(),
                    e);
        }
        pins.remove(id);
    }

    @Override
    public Map<String, String> status() {
        return Map.of(
                "Made with",
                "unshare(2), pinned, setns(2)",
                "Pinned containers",
                "" + containers().size());
    }

    @Override
    public List<LinuxNamespace> prepare(NamespaceRequest request) {
        if (request.fresh().contains(LinuxNamespaceType.USER)) {
            throw EngineException.unsupported("user namespaces are not supported in this release");
        }
        Map<LinuxNamespaceType, String> made = makeAhead(request);
        List<LinuxNamespace> entries = new ArrayList<>();
        for (LinuxNamespaceType type : LinuxNamespaceType.values()) {
            String path = made.getOrDefault(type, request.joined().get(type));
            if (path != null) {
                entries.add(new LinuxNamespace(type, path));
            } else if (request.fresh().contains(type)) {
                entries.add(LinuxNamespace.of(type));
            }
        }
        return List.copyOf(entries);
    }

    private Map<LinuxNamespaceType, String> makeAhead(NamespaceRequest request) {
        Set<LinuxNamespaceType> types = EnumSet.copyOf(AHEAD);
        types.retainAll(request.fresh());
        String id = request.containerId();
        pins.open(id);
        try {
            return makeAndPin(id, types, offsets(request.timeOffsets()));
        } catch (RuntimeException e) {
            removeAfter(e, id);
            throw e;
        }
    }

    private Map<LinuxNamespaceType, String> makeAndPin(
            String id, Set<LinuxNamespaceType> types, Map<Namespaces.Clock, Namespaces.ClockOffset> offsets) {
        EnumSet<NamespaceType> wanted = EnumSet.noneOf(NamespaceType.class);
        types.forEach(t -> wanted.add(door(t)));
        Map<LinuxNamespaceType, String> paths = new EnumMap<>(LinuxNamespaceType.class);
        // A new mount namespace is a copy of the lean base; all others do not care where they are made.
        Namespaces.Start start = new Namespaces.Start(base.fd(), true);
        Map<NamespaceType, Fd> namespaces = Namespaces.create(wanted, List.of(), List.of(), offsets, start);
        try {
            for (LinuxNamespaceType type : types) {
                Fd namespace = namespaces.get(door(type));
                if (namespace != null) {
                    paths.put(type, pins.add(id, type, namespace));
                }
            }
            return paths;
        } finally {
            namespaces.values().forEach(Fd::close);
        }
    }

    private void removeAfter(RuntimeException failure, String id) {
        try {
            pins.remove(id);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void pin(NamespaceRequest request, int initPid) {
        for (LinuxNamespaceType type : AFTER) {
            if (request.fresh().contains(type)) {
                try (Fd namespace = Namespaces.of(initPid, door(type))) {
                    pins.add(request.containerId(), type, namespace);
                }
            }
        }
    }

    @Override
    public Map<LinuxNamespaceType, String> pins(String containerId) {
        return pins.of(containerId);
    }

    @Override
    public void release(String containerId) {
        pins.remove(containerId);
    }

    @Override
    public List<String> containers() {
        return pins.containers();
    }

    private static NamespaceType door(LinuxNamespaceType type) {
        return NamespaceType.valueOf(type.name());
    }

    private static Map<Namespaces.Clock, Namespaces.ClockOffset> offsets(Map<String, LinuxTimeOffset> wanted) {
        Map<Namespaces.Clock, Namespaces.ClockOffset> offsets = new EnumMap<>(Namespaces.Clock.class);
        wanted.forEach((clock, o) -> offsets.put(clock(clock), new Namespaces.ClockOffset(o.secs(), nanos(clock, o))));
        return offsets;
    }

    private static Namespaces.Clock clock(String name) {
        return switch (name) {
            case "monotonic" -> Namespaces.Clock.MONOTONIC;
            case "boottime" -> Namespaces.Clock.BOOTTIME;
            default ->
                throw EngineException.invalid(
                        "linux.timeOffsets: unknown clock \"" + name + "\"; known are monotonic, boottime");
        };
    }

    private static int nanos(String clock, LinuxTimeOffset offset) {
        if (offset.nanosecs() < 0 || offset.nanosecs() > 999_999_999) {
            throw EngineException.invalid(
                    "linux.timeOffsets." + clock + ": " + offset.nanosecs() + " nanoseconds are outside 0..999999999");
        }
        return (int) offset.nanosecs();
    }
}

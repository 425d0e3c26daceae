package dev.felucca.namespace.clone;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.door.Fd;
import dev.felucca.door.NamespacePins;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Every fresh namespace is made with init (clone(2)), and ends with its last process. Only what has to be there before, such as
 * a network namespace that is connected to a network, is made ahead, pinned and joined.
 */
@Component(property = Driver.NAME + "=" + CloneNamespaces.CLONE)
public final class CloneNamespaces implements NamespaceStrategy {
    static final String CLONE = "clone";

    private final NamespacePins pins;

    @Activate
    public CloneNamespaces(@Reference EngineRoots roots) {
        pins = new NamespacePins(roots.runRoot());
    }

    @Override
    public String name() {
        return CLONE;
    }

    @Override
    public void probe() {
        List<String> missing = Arrays.stream(LinuxNamespaceType.values())
                .map(LinuxNamespaceType::procName)
                .filter(name -> !Files.exists(Path.of("/proc/self/ns", name)))
                .toList();
        if (!missing.isEmpty()) {
            throw EngineException.unsupported("this kernel has no namespaces of the types " + String.join(", ", missing)
                    + "; it was built without them");
        }
    }

    @Override
    public Map<String, String> status() {
        return Map.of("Made with", "clone(2)");
    }

    @Override
    public List<LinuxNamespace> prepare(NamespaceRequest request) {
        String network = request.ahead().isEmpty() ? null : networkAhead(request);
        List<LinuxNamespace> entries = new ArrayList<>();
        for (LinuxNamespaceType type : LinuxNamespaceType.values()) {
            String joined = type == LinuxNamespaceType.NETWORK && network != null
                    ? network
                    : request.joined().get(type);
            if (joined != null) {
                entries.add(new LinuxNamespace(type, joined));
            } else if (request.fresh().contains(type)) {
                entries.add(LinuxNamespace.of(type));
            }
        }
        return List.copyOf(entries);
    }

    private String networkAhead(NamespaceRequest request) {
        if (!request.ahead().equals(Set.of(LinuxNamespaceType.NETWORK))) {
            throw EngineException.invalid("of " + request.ahead() + " only a network namespace can be made ahead here");
        }
        String id = request.containerId();
        pins.open(id);
        Namespaces.Start start = new Namespaces.Start(null, true);
        try (Fd made = Namespaces.create(Set.of(NamespaceType.NETWORK), List.of(), List.of(), Map.of(), start)
                .get(NamespaceType.NETWORK)) {
            return pins.add(id, LinuxNamespaceType.NETWORK, Objects.requireNonNull(made));
        } catch (RuntimeException e) {
            try {
                pins.remove(id);
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    @Override
    public void pin(NamespaceRequest request, int initPid) {
        // What is born with init is not pinned.
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
}

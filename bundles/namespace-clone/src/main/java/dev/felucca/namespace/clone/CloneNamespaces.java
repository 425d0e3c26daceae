package dev.felucca.namespace.clone;

import dev.felucca.api.EngineException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Makes nothing ahead and keeps nothing: every fresh namespace is made with init (clone(2)), and ends with its last process.
 */
@Component(property = Driver.NAME + "=" + CloneNamespaces.CLONE)
public final class CloneNamespaces implements NamespaceStrategy {
    static final String CLONE = "clone";

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
        List<LinuxNamespace> entries = new ArrayList<>();
        for (LinuxNamespaceType type : LinuxNamespaceType.values()) {
            String joined = request.joined().get(type);
            if (joined != null) {
                entries.add(new LinuxNamespace(type, joined));
            } else if (request.fresh().contains(type)) {
                entries.add(LinuxNamespace.of(type));
            }
        }
        return List.copyOf(entries);
    }

    @Override
    public void pin(NamespaceRequest request, int initPid) {
        // The strategy keeps no pins.
    }

    @Override
    public Map<LinuxNamespaceType, String> pins(String containerId) {
        return Map.of();
    }

    @Override
    public void release(String containerId) {
        // Nothing outlives the processes.
    }

    @Override
    public List<String> containers() {
        return List.of();
    }
}

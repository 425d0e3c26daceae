package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import java.util.Map;

/** The rename task. */
final class Renaming {
    private Renaming() {}

    static void rename(Engine engine, Container c, String name) {
        ContainerInfo info = c.info();
        if (name.isEmpty()) {
            throw EngineException.invalid("Neither old nor new names may be empty");
        }
        if (name.equals(info.name())) {
            throw EngineException.invalid("Renaming a container with the same name as its current name");
        }
        switch (info.state().status()) {
            case REMOVING, DEAD ->
                throw EngineException.conflict(
                        "container " + info.name() + " is marked for removal and cannot be renamed");
            default -> {}
        }
        engine.table().reserve(name, c.id);
        c.replace(Container.withName(info, name));
        try {
            engine.save(c, !info.hostConfig().autoRemove());
        } catch (RuntimeException e) {
            c.replace(Container.withName(c.info(), info.name()));
            engine.table().releaseName(name, c.id);
            throw e;
        }
        engine.table().releaseName(info.name(), c.id);
        engine.tell(c, "rename", Map.of("oldName", "/" + info.name()));
    }
}

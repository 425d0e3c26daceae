package dev.felucca.core.container;

import dev.felucca.api.EngineRoots;
import dev.felucca.api.event.EngineEvent;
import dev.felucca.api.event.Events;
import dev.felucca.api.image.Images;
import dev.felucca.core.driver.Registries;
import dev.felucca.core.store.ContainerDirectories;
import dev.felucca.core.store.ContainerStore;
import dev.felucca.core.streams.LogWatch;
import dev.felucca.core.task.Workers;
import dev.felucca.core.volume.VolumeStore;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the steps of a container's life share. Holds no behaviour but telling events and saving. */
record Engine(
        EngineRoots roots,
        Registries registries,
        Images images,
        Events events,
        Workers workers,
        ContainerTable table,
        ExecTable execs,
        HealthChecks health,
        LogWatch logWatch,
        ContainerDirectories directories,
        ContainerStore store,
        VolumeStore volumes,
        Layers layers,
        ContainerNetworks networks) {

    void tell(Container c, String action, Map<String, String> more) {
        Map<String, String> attributes = new LinkedHashMap<>(c.info().config().labels());
        attributes.put("image", c.info().image());
        attributes.put("name", c.info().name());
        attributes.putAll(more);
        events.publish(new EngineEvent("container", action, c.id, attributes, Instant.now()));
    }

    /** Writes the container's record. */
    void save(Container c, boolean durable) {
        store.save(c.info(), c.isStopped(), durable);
    }

    /** Writes it if an engine may find the container later: one that removes itself, only if its run survives this engine. */
    void saveKept(Container c) {
        Container.Run run = c.run();
        if (!c.info().hostConfig().autoRemove() || (run != null && run.logged)) {
            save(c, false);
        }
    }

    void tell(Container c, String action) {
        tell(c, action, Map.of());
    }
}

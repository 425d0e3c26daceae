package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.image.Image;
import dev.felucca.core.volume.VolumeStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What is mounted into a container: what the user asked for, other containers' volumes, and the image's. */
final class Mounts {
    private final Engine engine;

    Mounts(Engine engine) {
        this.engine = engine;
    }

    /** By target; every volume has a name afterwards. Nothing is made but missing bind sources that may be made. */
    List<VolumeMount> plan(ContainerConfig config, HostConfig host, Image image) {
        Map<String, VolumeMount> byTarget = new LinkedHashMap<>();
        for (String from : host.volumesFrom()) {
            int colon = from.indexOf(':');
            boolean readOnly = colon > 0 && from.substring(colon + 1).equals("ro");
            Container other = engine.table().get(colon > 0 ? from.substring(0, colon) : from);
            for (VolumeMount m : other.info().mounts()) {
                byTarget.put(m.target(), readOnly ? readOnly(m) : m);
            }
        }
        for (VolumeMount m : host.mounts()) {
            byTarget.put(normal(m.target()), named(m));
        }
        var targets = new TreeSet<>(image.config().volumes());
        targets.addAll(config.volumes());
        for (String target : targets) {
            byTarget.computeIfAbsent(
                    normal(target),
                    t -> new VolumeMount("volume", VolumeStore.anonymousName(), t, false, null, false, false, ""));
        }
        for (VolumeMount m : byTarget.values()) {
            if (m.type().equals("bind")) {
                source(m);
            }
        }
        return new ArrayList<>(byTarget.values());
    }

    private static String normal(String target) {
        return Path.of(target).normalize().toString();
    }

    private static VolumeMount named(VolumeMount m) {
        String source = m.type().equals("volume") && m.source().isEmpty() ? VolumeStore.anonymousName() : m.source();
        return new VolumeMount(
                m.type(),
                source,
                normal(m.target()),
                m.readOnly(),
                m.propagation(),
                m.createSource(),
                m.noCopy(),
                m.options());
    }

    private static VolumeMount readOnly(VolumeMount m) {
        return new VolumeMount(
                m.type(), m.source(), m.target(), true, m.propagation(), m.createSource(), m.noCopy(), m.options());
    }

    private static void source(VolumeMount m) {
        Path source = Path.of(m.source());
        if (Files.exists(source)) {
            return;
        }
        if (!m.createSource()) {
            throw EngineException.invalid(
                    "invalid mount config for type \"bind\": bind source path does not exist: " + source);
        }
        try {
            Files.createDirectories(source);
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID,
                    "bind source " + source + " does not exist and cannot be made: " + e.getMessage(),
                    e);
        }
    }
}

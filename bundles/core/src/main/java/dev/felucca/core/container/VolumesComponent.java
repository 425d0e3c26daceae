package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.event.EngineEvent;
import dev.felucca.api.volume.VolumeInfo;
import dev.felucca.api.volume.Volumes;
import dev.felucca.core.volume.VolumeStore;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Volumes by themselves; their use by containers is counted where containers are made and removed. */
@Component(service = Volumes.class)
public final class VolumesComponent implements Volumes {
    /** What sizes are rounded up to, in bytes. */
    private static final int BLOCK = 512;

    private final Engine engine;

    @Activate
    public VolumesComponent(@Reference LifecycleComponent lifecycle) {
        engine = lifecycle.engine();
    }

    @Override
    public List<VolumeInfo> list() {
        return engine.volumes().list();
    }

    @Override
    public VolumeInfo get(String name) {
        return engine.volumes().get(name);
    }

    @Override
    public VolumeInfo create(@Nullable String name, Map<String, String> labels) {
        String chosen = name == null || name.isEmpty() ? VolumeStore.anonymousName() : name;
        if (engine.volumes().create(chosen, !chosen.equals(name), labels)) {
            tell("create", chosen);
        }
        return get(chosen);
    }

    @Override
    public void remove(String name) {
        engine.volumes().remove(name);
        tell("destroy", name);
    }

    private void tell(String action, String name) {
        engine.events().publish(new EngineEvent("volume", action, name, Map.of("driver", "local"), Instant.now()));
    }

    @Override
    public long usage(String name) {
        return size(get(name).path());
    }

    @Override
    public Pruned prune(Predicate<VolumeInfo> which) {
        List<String> removed = new ArrayList<>();
        long bytes = 0;
        for (VolumeInfo v : list()) {
            if (!v.users().isEmpty() || !which.test(v)) {
                continue;
            }
            long size = size(v.path());
            try {
                remove(v.name());
            } catch (EngineException e) {
                if (e.kind() != EngineException.Kind.CONFLICT && e.kind() != EngineException.Kind.NOT_FOUND) {
                    throw e;
                }
                continue; // a container took it just now, or somebody else removed it
            }
            removed.add(v.name());
            bytes += size;
        }
        return new Pruned(removed, bytes);
    }

    private static long size(Path volume) {
        long[] bytes = new long[1];
        try {
            Files.walkFileTree(volume, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes[0] += (attributes.size() + BLOCK - 1) / BLOCK * BLOCK;
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw EngineException.internal("cannot read volume " + volume + ": " + e.getMessage(), e);
        }
        return bytes[0];
    }
}

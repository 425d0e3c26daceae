package dev.felucca.itests;

import dev.felucca.api.EngineException;
import dev.felucca.api.storage.LayerSource;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.storage.StorageDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A storage driver whose create hangs until it is released, and fails then. Deployed as a bundle of its own, it meets the test at
 * the system properties' table; without an entry there it fails its probe.
 */
public final class HangingStorage implements StorageDriver {
    /** Key of the latch in the system properties. */
    static final String LATCH = "felucca.it.storage.latch";

    @Override
    public String name() {
        return "hanging";
    }

    @Override
    public void probe() {
        if (System.getProperties().get(LATCH) == null) {
            throw EngineException.unsupported("nobody would release it");
        }
    }

    @Override
    public Map<String, String> status() {
        return Map.of();
    }

    @Override
    public void createLayer(String chainId, @Nullable String parent, LayerSource content) {}

    @Override
    public boolean hasLayer(String chainId) {
        return true;
    }

    @Override
    public List<String> layers() {
        return List.of();
    }

    @Override
    public void removeLayer(String chainId) {}

    @Override
    public void create(String containerId, @Nullable String chainId) {
        if (System.getProperties().get(LATCH) instanceof CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        throw EngineException.unavailable("released");
    }

    @Override
    public List<MountSpec> rootfs(String containerId) {
        throw EngineException.notFound(containerId);
    }

    @Override
    public List<MountSpec> view(String chainId) {
        throw EngineException.notFound(chainId);
    }

    @Override
    public List<String> containers() {
        return List.of();
    }

    @Override
    public void remove(String containerId) {}

    @Override
    public boolean copyUp(String containerId, String path, Path target) {
        return false;
    }

    @Override
    public long usage(String containerId) {
        return 0;
    }
}

package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.Image;
import dev.felucca.api.image.Images;
import dev.felucca.api.image.Layer;
import dev.felucca.api.image.Progress;
import dev.felucca.api.storage.LayerSource;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.core.driver.DriverRegistry;
import dev.felucca.core.driver.Lease;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Layers in the storage drivers: made from the image store's content when a container first needs them, removed when no image
 * has them any more. Creates share the lock; the collector takes it alone, and only if no create is under way (the next create
 * to end asks it again).
 */
final class Layers {
    private static final Logger LOG = LoggerFactory.getLogger(Layers.class);
    /** Digits of a layer's id that people are shown. */
    private static final int SHORT = 12;

    private final Images images;
    private final DriverRegistry<StorageDriver> drivers;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean wanted;

    Layers(Images images, DriverRegistry<StorageDriver> drivers) {
        this.images = images;
        this.drivers = drivers;
    }

    /** Makes a container's read-write layer, and the layers below it that are not there. The image must be held. */
    void create(StorageDriver driver, Image image, String containerId, Progress unpacking) {
        lock.readLock().lock();
        try {
            @Nullable String top = null;
            for (Layer layer : image.layers()) {
                if (!driver.hasLayer(layer.chainId())) {
                    LayerSource content = images.layer(image.id(), layer);
                    String name = layer.chainId().replaceFirst("^sha256:", "").substring(0, SHORT);
                    driver.createLayer(
                            layer.chainId(),
                            layer.parent(),
                            () -> new ReportedStream(content.open(), n -> unpacking.report(name, "Extracting", n, -1)));
                }
                top = layer.chainId();
            }
            driver.create(containerId, top);
        } finally {
            lock.readLock().unlock();
        }
        if (wanted) {
            collect();
        }
    }

    /** Removes layers that belong to no image. */
    void collect() {
        wanted = true;
        if (!lock.writeLock().tryLock()) {
            return;
        }
        try {
            wanted = false;
            Set<String> used = new HashSet<>();
            for (Image image : images.list()) {
                image.layers().forEach(l -> used.add(l.chainId()));
            }
            for (String name : drivers.names()) {
                try (Lease<StorageDriver> lease = drivers.lease(name)) {
                    collect(lease.driver(), used);
                } catch (EngineException e) {
                    LOG.warn("layers of storage driver {} are not collected: {}", name, e.message());
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static void collect(StorageDriver driver, Set<String> used) {
        for (boolean progress = true; progress; ) {
            progress = false;
            List<String> unused =
                    driver.layers().stream().filter(l -> !used.contains(l)).toList();
            for (String layer : unused) {
                try {
                    driver.removeLayer(layer);
                    progress = true;
                } catch (EngineException e) {
                    if (e.kind() != EngineException.Kind.CONFLICT) {
                        throw e;
                    } // something stands on it: it goes after that, or stays with its container
                }
            }
        }
    }
}

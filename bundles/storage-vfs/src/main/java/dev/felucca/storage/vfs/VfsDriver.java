package dev.felucca.storage.vfs;

import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_RDONLY;

import dev.felucca.api.EngineRoots;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.storage.LayerSource;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Mounts;
import dev.felucca.door.Nodes;
import dev.felucca.door.layer.ContainerFiles;
import dev.felucca.door.layer.DiskUsage;
import dev.felucca.door.layer.LayerApplier;
import dev.felucca.door.layer.LayerStore;
import dev.felucca.door.layer.TreeCopy;
import dev.felucca.door.layer.Whiteouts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Every layer and every container is a full copy of what is below it, in {@code root} of its directory: works on any
 * filesystem with owners and extended attributes, takes time and space accordingly (little where the filesystem shares
 * blocks, as btrfs and xfs do), and has no limit to the number of layers.
 */
@Component(service = StorageDriver.class, property = Driver.NAME + "=" + VfsDriver.NAME)
public final class VfsDriver implements StorageDriver {
    static final String NAME = "vfs";

    private final LayerStore store;

    @Activate
    public VfsDriver(@Reference EngineRoots roots) {
        store = LayerStore.open(roots.dataRoot().resolve("storage").resolve(NAME));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void probe() {
        store.inScratch(dir -> {
            try (Fd mount = Mounts.openTree(Fd.CWD, dir.toString(), Mounts.OPEN_TREE_CLONE)) {
                Nodes.mkdirat(mount, "probe", 0755);
                Nodes.fchownat(mount, "probe", 1, 1, 0);
            }
        });
    }

    @Override
    public Map<String, String> status() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("root", store.root().toString());
        facts.put("layers", Integer.toString(store.layers().size()));
        facts.put("containers", Integer.toString(store.containers().size()));
        return facts;
    }

    /** Makes {@code root} in the new directory, with all that the chain has. */
    private Fd copyOf(@Nullable String chainId, Fd dir) {
        Nodes.mkdirat(dir, "root", 0755);
        Fd made = Descriptors.openat(dir, "root", O_RDONLY | O_DIRECTORY, 0);
        try {
            Nodes.fchmod(made, 0755);
            if (chainId != null) {
                try (Fd from =
                        Descriptors.open(store.layer(chainId).resolve("root").toString(), O_RDONLY | O_DIRECTORY)) {
                    TreeCopy.copy(from, made);
                }
            }
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    @Override
    public void createLayer(String chainId, @Nullable String parent, LayerSource content) {
        store.createLayer(chainId, parent, (dir, path) -> {
            try (Fd root = copyOf(parent, dir)) {
                LayerApplier.apply(content, root, Whiteouts.PLAIN, List.of());
            }
        });
    }

    @Override
    public boolean hasLayer(String chainId) {
        return store.hasLayer(chainId);
    }

    @Override
    public List<String> layers() {
        return store.layers();
    }

    @Override
    public void removeLayer(String chainId) {
        store.removeLayer(chainId);
    }

    @Override
    public void create(String containerId, @Nullable String chainId) {
        store.createContainer(
                containerId, chainId, (dir, path) -> copyOf(chainId, dir).close());
    }

    private Path root(String containerId) {
        store.requireContainer(containerId);
        return store.container(containerId).resolve("root");
    }

    @Override
    public List<MountSpec> rootfs(String containerId) {
        return List.of(MountSpec.bind(root(containerId).toString(), false));
    }

    @Override
    public List<MountSpec> view(String chainId) {
        store.chain(chainId);
        return List.of(MountSpec.bind(store.layer(chainId).resolve("root").toString(), true));
    }

    @Override
    public List<String> containers() {
        return store.containers();
    }

    @Override
    public void remove(String containerId) {
        store.removeContainer(containerId);
    }

    @Override
    public boolean copyUp(String containerId, String path, Path target) {
        try (Fd root = Descriptors.open(root(containerId).toString(), O_RDONLY | O_DIRECTORY)) {
            return ContainerFiles.copyUp(root, path, target);
        }
    }

    /** All of the container's tree: what it shares with its image is not told apart. */
    @Override
    public long usage(String containerId) {
        try (Fd root = Descriptors.open(root(containerId).toString(), O_RDONLY | O_DIRECTORY)) {
            return DiskUsage.of(root);
        }
    }
}

package dev.felucca.storage.aufs;

import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_RDONLY;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.storage.LayerSource;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Stat;
import dev.felucca.door.layer.ContainerFiles;
import dev.felucca.door.layer.DiskUsage;
import dev.felucca.door.layer.LayerStore;
import dev.felucca.door.layer.Mounter;
import dev.felucca.door.layer.RootDirectory;
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
 * Layers as directories, stacked by aufs. {@code diff} in a layer's directory is what the layer changes, with aufs's whiteouts;
 * {@code rw} in a container's is the writable branch. On a kernel without aufs the driver is there and says so. See README.md.
 */
@Component(service = StorageDriver.class, property = Driver.NAME + "=" + AufsDriver.NAME)
public final class AufsDriver implements StorageDriver {
    static final String NAME = "aufs";

    private final LayerStore store;
    private final Mounter mounter = new Mounter();

    @Activate
    public AufsDriver(@Reference EngineRoots roots) {
        store = LayerStore.open(roots.dataRoot().resolve("storage").resolve(NAME));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void probe() {
        AufsProbe.require();
        Branches.check(store.root());
        store.inScratch(dir -> AufsProbe.check(mounter, dir));
    }

    @Override
    public Map<String, String> status() {
        Map<String, String> facts = new LinkedHashMap<>();
        AufsProbe.missing().ifPresent(why -> facts.put(Driver.UNAVAILABLE, why));
        facts.put("root", store.root().toString());
        facts.put("layers", Integer.toString(store.layers().size()));
        facts.put("containers", Integer.toString(store.containers().size()));
        return facts;
    }

    private Path diff(String chainId) {
        return store.layer(chainId).resolve("diff");
    }

    private Path rw(String containerId) {
        return store.container(containerId).resolve("rw");
    }

    private List<Path> diffs(List<String> chain) {
        return chain.stream().map(this::diff).toList();
    }

    @Override
    public void createLayer(String chainId, @Nullable String parent, LayerSource content) {
        AufsProbe.require();
        List<String> below = parent == null ? List.of() : store.chain(parent);
        if (below.size() >= Branches.MAX - 1) {
            throw EngineException.unsupported("layer " + chainId + " would be number " + (below.size() + 1)
                    + " of its chain; aufs stacks at most " + Branches.MAX
                    + " branches, one of them the container's own"
                    + ". Build the image with fewer layers, or use the storage driver overlay for it");
        }
        store.createLayer(
                chainId,
                parent,
                (dir, path) -> RootDirectory.unpack(dir, "diff", content, Whiteouts.AUFS, diffs(below)));
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
        AufsProbe.require();
        store.createContainer(containerId, chainId, (dir, path) -> {
            Stat like = chainId == null ? null : Stat.of(diff(chainId).toString());
            RootDirectory.make(dir, "rw", like).close();
        });
    }

    @Override
    public List<MountSpec> rootfs(String containerId) {
        List<String> chain = store.chainOf(containerId);
        Path rw = rw(containerId);
        if (chain.isEmpty()) {
            return List.of(MountSpec.bind(rw.toString(), false));
        }
        return List.of(Branches.writable(rw, diffs(chain), store.container(containerId)));
    }

    @Override
    public List<MountSpec> view(String chainId) {
        List<Path> all = diffs(store.chain(chainId));
        return List.of(
                all.size() == 1
                        ? MountSpec.bind(all.get(0).toString(), true)
                        : Branches.readOnly(all.get(0), all.subList(1, all.size()), store.layer(chainId)));
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
        List<String> chain = store.chainOf(containerId);
        Path rw = rw(containerId);
        if (chain.isEmpty()) {
            try (Fd root = Descriptors.open(rw.toString(), O_RDONLY | O_DIRECTORY)) {
                return ContainerFiles.copyUp(root, path, target);
            }
        }
        MountSpec all = Branches.readOnly(rw, diffs(chain), store.container(containerId));
        try (Fd root = mounter.mount(all)) {
            return ContainerFiles.copyUp(root, path, target);
        }
    }

    @Override
    public long usage(String containerId) {
        store.requireContainer(containerId);
        try (Fd rw = Descriptors.open(rw(containerId).toString(), O_RDONLY | O_DIRECTORY)) {
            return DiskUsage.of(rw);
        }
    }
}

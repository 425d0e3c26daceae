package dev.felucca.storage.overlay;

import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_RDONLY;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.storage.LayerSource;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.storage.MountSpec.Option;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.FsBuilder;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.layer.ContainerFiles;
import dev.felucca.door.layer.DiskUsage;
import dev.felucca.door.layer.LayerStore;
import dev.felucca.door.layer.Mounter;
import dev.felucca.door.layer.RootDirectory;
import dev.felucca.door.layer.Whiteouts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Layers as directories, stacked by overlayfs. {@code diff} in a layer's directory is what the layer changes, with
 * overlayfs's whiteouts; {@code upper} and {@code work} in a container's are what it writes. See README.md.
 */
@Component(service = StorageDriver.class, property = Driver.NAME + "=" + OverlayDriver.NAME)
public final class OverlayDriver implements StorageDriver {
    static final String NAME = "overlay";

    /** OVL_MAX_STACK of the kernel: lower directories of one mount. */
    private static final int MAX_DEPTH = 500;

    private final LayerStore store;
    private final Mounter mounter = new Mounter();

    @Activate
    public OverlayDriver(@Reference EngineRoots roots) {
        store = LayerStore.open(roots.dataRoot().resolve("storage").resolve(NAME));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void probe() {
        store.inScratch(dir -> new OverlayProbe(mounter).check(dir));
    }

    @Override
    public Map<String, String> status() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("root", store.root().toString());
        facts.put("backing filesystem", OverlayProbe.backing(store.root()));
        FsBuilder.LowerdirPlus way = FsBuilder.probeLowerdirPlus();
        facts.put("layers given by", way == FsBuilder.LowerdirPlus.NONE ? "mount(2)" : "fsconfig(2)");
        facts.put("layers", Integer.toString(store.layers().size()));
        facts.put("containers", Integer.toString(store.containers().size()));
        return facts;
    }

    private Path diff(String chainId) {
        return store.layer(chainId).resolve("diff");
    }

    @Override
    public void createLayer(String chainId, @Nullable String parent, LayerSource content) {
        List<String> below = parent == null ? List.of() : store.chain(parent);
        if (below.size() >= MAX_DEPTH) {
            throw EngineException.unsupported("layer " + chainId + " would be number " + (below.size() + 1)
                    + " of its chain; overlayfs stacks at most " + MAX_DEPTH
                    + ". Build the image with fewer layers, or use the storage driver vfs for it");
        }
        store.createLayer(
                chainId,
                parent,
                (dir, path) -> RootDirectory.unpack(
                        dir,
                        "diff",
                        content,
                        Whiteouts.OVERLAY,
                        below.stream().map(this::diff).toList()));
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
        store.createContainer(containerId, chainId, (dir, path) -> {
            Stat like = chainId == null ? null : Stat.of(diff(chainId).toString());
            RootDirectory.make(dir, "upper", like).close();
            Nodes.mkdirat(dir, "work", 0700);
        });
    }

    @Override
    public List<MountSpec> rootfs(String containerId) {
        List<String> chain = store.chainOf(containerId);
        Path dir = store.container(containerId);
        if (chain.isEmpty()) {
            return List.of(MountSpec.bind(dir.resolve("upper").toString(), false));
        }
        List<Option> options = options(chain.size() + 6);
        for (String id : chain) {
            options.add(new Option("lowerdir+", diff(id).toString()));
        }
        options.add(new Option("upperdir", dir.resolve("upper").toString()));
        options.add(new Option("workdir", dir.resolve("work").toString()));
        return List.of(new MountSpec("overlay", "overlay", options, false));
    }

    @Override
    public List<MountSpec> view(String chainId) {
        List<String> chain = store.chain(chainId);
        if (chain.size() == 1) {
            // overlayfs wants two directories at least
            return List.of(MountSpec.bind(diff(chainId).toString(), true));
        }
        List<Option> options = options(chain.size() + 4);
        chain.forEach(id -> options.add(new Option("lowerdir+", diff(id).toString())));
        return List.of(new MountSpec("overlay", "overlay", options, true));
    }

    /**
     * Off is what would make the content of an upper directory mean something outside of it: redirects, files that are only
     * metadata, and an index that ties it to one place.
     */
    static List<Option> options(int capacity) {
        List<Option> options = new ArrayList<>(capacity);
        options.add(new Option("redirect_dir", "nofollow"));
        options.add(new Option("metacopy", "off"));
        options.add(new Option("index", "off"));
        return options;
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
        Path upper = store.container(containerId).resolve("upper");
        if (chain.isEmpty()) {
            try (Fd root = Descriptors.open(upper.toString(), O_RDONLY | O_DIRECTORY)) {
                return ContainerFiles.copyUp(root, path, target);
            }
        }
        // Read-only, with the container's own layer as the topmost lower one: nothing of it is touched.
        List<Option> options = options(chain.size() + 5);
        options.add(new Option("lowerdir+", upper.toString()));
        for (String id : chain.subList(0, Math.min(chain.size(), MAX_DEPTH - 1))) {
            options.add(new Option("lowerdir+", diff(id).toString()));
        }
        List<MountSpec> specs = chain.size() < MAX_DEPTH
                ? List.of(new MountSpec("overlay", "overlay", options, true))
                : rootfs(containerId);
        try (Fd root = mounter.mount(specs)) {
            return ContainerFiles.copyUp(root, path, target);
        }
    }

    @Override
    public long usage(String containerId) {
        store.requireContainer(containerId);
        try (Fd upper =
                Descriptors.open(store.container(containerId).resolve("upper").toString(), O_RDONLY | O_DIRECTORY)) {
            return DiskUsage.of(upper);
        }
    }
}

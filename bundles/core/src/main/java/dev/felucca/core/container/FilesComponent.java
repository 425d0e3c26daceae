package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.ContainerFiles;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerState;
import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.image.CommitOptions;
import dev.felucca.api.image.Image;
import dev.felucca.api.image.ImageConfig;
import dev.felucca.api.image.Layer;
import dev.felucca.api.storage.RootTree;
import dev.felucca.api.storage.RootTree.Change;
import dev.felucca.api.storage.RootTree.FileStat;
import dev.felucca.api.storage.RootTrees;
import dev.felucca.api.storage.RootTrees.Bind;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.core.driver.Lease;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Files of containers. Each call opens the container's tree anew: a container may be started or stopped meanwhile. */
@Component(service = ContainerFiles.class)
public final class FilesComponent implements ContainerFiles {
    /** What every start leaves in a root to mount on. */
    private static final Set<String> MOUNT_POINTS = Set.of(
            "/.dockerenv",
            "/dev",
            "/dev/console",
            "/dev/pts",
            "/dev/shm",
            "/dev/mqueue",
            "/etc",
            "/etc/hostname",
            "/etc/hosts",
            "/etc/resolv.conf",
            "/proc",
            "/sbin",
            "/sbin/docker-init",
            "/sys");

    private final Engine engine;
    private final LifecycleComponent lifecycle;
    private final RootTrees trees;

    @Activate
    public FilesComponent(@Reference LifecycleComponent lifecycle, @Reference RootTrees trees) {
        this.lifecycle = lifecycle;
        this.engine = lifecycle.engine();
        this.trees = trees;
    }

    /** @param below whether with what is mounted in the root */
    private RootTree open(Container c, boolean below) {
        ContainerInfo info = c.info();
        ContainerState state = info.state();
        if (state.isRunning()) {
            try {
                return trees.of(state.pid(), state.startTime(), below);
            } catch (EngineException e) {
                if (e.kind() != EngineException.Kind.CONFLICT) {
                    throw e;
                }
                // it has just ended
            }
        }
        if (state.status() == ContainerStatus.REMOVING || state.status() == ContainerStatus.DEAD) {
            throw EngineException.conflict("container " + info.name() + " is being removed");
        }
        try (Lease<StorageDriver> lease = engine.registries().storage().lease(info.storage())) {
            boolean readOnly = info.hostConfig().readonlyRootfs();
            return trees.of(lease.driver().rootfs(c.id), below ? binds(info) : List.of(), readOnly);
        }
    }

    private List<Bind> binds(ContainerInfo info) {
        List<Bind> binds = new ArrayList<>();
        for (VolumeMount m : info.mounts()) {
            switch (m.type()) {
                case "bind" -> binds.add(new Bind(Path.of(m.source()), m.target(), m.readOnly()));
                case "volume" -> binds.add(new Bind(engine.volumes().data(m.source()), m.target(), m.readOnly()));
                default -> {
                    // a tmpfs is there while its container runs
                }
            }
        }
        return binds;
    }

    private static String absolute(String path) {
        if (path.isEmpty()) {
            throw EngineException.invalid("the path is empty");
        }
        return path.startsWith("/") ? path : "/" + path;
    }

    private static EngineException words(EngineException e, Container c, String path) {
        if (e.kind() == EngineException.Kind.NOT_FOUND) {
            return new EngineException(
                    EngineException.Kind.NOT_FOUND,
                    "Could not find the file " + path + " in container "
                            + c.info().name(),
                    e);
        }
        return e;
    }

    @Override
    public FileStat stat(String container, String path) {
        try (Archive a = read(container, path, null)) {
            return a.stat();
        }
    }

    @Override
    public Archive read(String container, String path, @Nullable String as) {
        Container c = engine.table().get(container);
        RootTree tree = open(c, true);
        try {
            FileStat stat = tree.stat(absolute(path));
            String own = path.endsWith("/.") || path.equals(".") ? "." : stat.name();
            String name = as == null ? own : as;
            return new Opened(tree, stat, to -> tree.pack(absolute(path), name, to));
        } catch (EngineException e) {
            tree.close();
            throw words(e, c, path);
        } catch (RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    private interface Packing {
        void writeTo(OutputStream tar) throws IOException;
    }

    private record Opened(RootTree tree, FileStat stat, Packing packing) implements Archive {
        @Override
        public void writeTo(OutputStream tar) throws IOException {
            packing.writeTo(tar);
        }

        @Override
        public void close() {
            tree.close();
        }
    }

    @Override
    public void write(String container, String directory, InputStream tar, boolean keepKinds, boolean ownedByUser)
            throws IOException {
        Container c = engine.table().get(container);
        String path = absolute(directory);
        try (RootTree tree = open(c, true);
                InputStream plain = plain(tar)) {
            RootTree.Owner owner = ownedByUser ? Owners.of(c.info(), tree) : null;
            tree.unpack(path + "/", plain, new RootTree.Unpacking(keepKinds, owner));
        } catch (EngineException e) {
            throw words(e, c, directory);
        }
    }

    /** As docker's clients send it: as it is, or compressed with gzip. */
    private static InputStream plain(InputStream tar) throws IOException {
        BufferedInputStream in = new BufferedInputStream(tar, 64 << 10);
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in, 64 << 10) : in;
    }

    @Override
    public Archive export(String container) {
        Container c = engine.table().get(container);
        RootTree tree = open(c, false);
        engine.tell(c, "export");
        return new Opened(tree, new FileStat("/", 0, 0, 0, ""), to -> tree.pack("/", "", to));
    }

    @Override
    public List<Change> changes(String container) {
        Container c = engine.table().get(container);
        try (RootTree now = open(c, false);
                RootTree before = imageOf(c)) {
            return changes(now, before);
        }
    }

    private static List<Change> changes(RootTree now, RootTree before) {
        return now.changesSince(before, MOUNT_POINTS);
    }

    private RootTree imageOf(Container c) {
        ContainerInfo info = c.info();
        List<Layer> layers = engine.images().get(info.imageId()).layers();
        try (Lease<StorageDriver> lease = engine.registries().storage().lease(info.storage())) {
            return trees.of(lease.driver().view(layers.get(layers.size() - 1).chainId()), List.of(), true);
        }
    }

    @Override
    public String commit(String container, CommitOptions options, boolean pause) throws IOException {
        Container c = engine.table().get(container);
        boolean paused = pause && c.state().status() == ContainerStatus.RUNNING;
        if (paused) {
            join(lifecycle.pause(c.id));
        }
        try (RootTree now = open(c, false);
                RootTree before = imageOf(c)) {
            List<Change> changes = changes(now, before);
            ContainerInfo info = c.info();
            String command = String.join(" ", command(info));
            Image made = engine.images()
                    .commit(
                            info.imageId(),
                            tar -> now.packChanges(changes, tar),
                            options.of(config(info.config(), c.image), command));
            engine.tell(c, "commit", Map.of("imageID", made.id()));
            return made.id();
        } finally {
            if (paused) {
                join(lifecycle.unpause(c.id));
            }
        }
    }

    private static void join(java.util.concurrent.CompletionStage<Void> stage) {
        try {
            stage.toCompletableFuture().join();
        } catch (java.util.concurrent.CompletionException e) {
            throw e.getCause() instanceof EngineException x ? x : e;
        }
    }

    private static List<String> command(ContainerInfo info) {
        List<String> words = new ArrayList<>(List.of(info.path()));
        words.addAll(info.args());
        return words;
    }

    /** What the container runs with, as an image's configuration. */
    private static ImageConfig config(ContainerConfig c, ImageConfig image) {
        return new ImageConfig(
                c.user() == null ? image.user() : c.user(),
                c.exposedPorts(),
                c.env(),
                c.entrypoint() == null ? List.of() : c.entrypoint(),
                c.cmd() == null ? List.of() : c.cmd(),
                c.volumes(),
                c.workingDir() == null ? image.workingDir() : c.workingDir(),
                c.labels(),
                c.stopSignal() == null ? image.stopSignal() : c.stopSignal(),
                c.healthcheck() == null ? image.healthcheck() : c.healthcheck());
    }
}

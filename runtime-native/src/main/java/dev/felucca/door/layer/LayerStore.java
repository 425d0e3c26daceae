package dev.felucca.door.layer;

import static dev.felucca.door.Descriptors.O_CREAT;
import static dev.felucca.door.Descriptors.O_DIRECTORY;
import static dev.felucca.door.Descriptors.O_NOFOLLOW;
import static dev.felucca.door.Descriptors.O_RDONLY;
import static dev.felucca.door.Descriptors.O_RDWR;
import static dev.felucca.door.Descriptors.O_TRUNC;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.internal.Sys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a storage driver: what overlay and vfs have in common about keeping layers and containers, so that each
 * is there wholly or not at all.
 *
 * <pre>
 *   version                the format of all this: 1
 *   lock                   flock(2): shared to put something in place, exclusive to remove a layer or clean up
 *   layers/sha256-HEX/     a layer: chain (its chain ids, topmost first, one a line), and what the driver fills in
 *   containers/ID/         a container: lower (a symbolic link to ../../layers/..., none for an empty root), and the same
 *   tmp/                   what is being made or removed; the directory of a layer in the making is locked by its maker
 * </pre>
 *
 * Things are made in {@code tmp} and renamed into place; a layer is synced before. Removal renames into {@code tmp} first.
 * No state is kept in memory, and all locks are file locks, so several instances (an old build that drains and its
 * successor) may work at once. Thread-safe.
 */
public final class LayerStore {
    private static final Logger LOG = LoggerFactory.getLogger(LayerStore.class);
    private static final String VERSION = "1\n";
    private static final Pattern CHAIN = Pattern.compile("[a-z0-9]+:[a-zA-Z0-9=_]{1,200}");
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,199}");
    private static final int CHAIN_LIMIT = 1 << 20;
    private static final AtomicLong UNIQUE = new AtomicLong();

    private final Path root;

    private LayerStore(Path root) {
        this.root = root;
    }

    /** Fills a new layer or container. */
    public interface Filler {
        /** @param dir its directory, still in {@code tmp} */
        void fill(Fd dir, Path path);
    }

    /**
     * Opens the directory, makes it if it is missing, and removes what a dead engine left half-done.
     *
     * @throws EngineException UNSUPPORTED if it has another format
     */
    public static LayerStore open(Path root) {
        try {
            Files.createDirectories(root);
            for (String d : List.of("layers", "containers", "tmp")) {
                Files.createDirectories(root.resolve(d));
            }
            Path version = root.resolve("version");
            if (!Files.exists(version)) {
                Path fresh = root.resolve("tmp/version-" + unique());
                Files.writeString(fresh, VERSION);
                Files.move(fresh, version, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            }
            String found = Files.readString(version);
            if (!VERSION.equals(found)) {
                throw EngineException.unsupported(root + " has format " + found.strip()
                        + ", this build knows format 1; use the build that made it, or move the directory away");
            }
        } catch (IOException e) {
            throw new EngineException(EngineException.Kind.KERNEL, "cannot prepare " + root + ": " + e, e);
        }
        LayerStore store = new LayerStore(root);
        store.clean();
        return store;
    }

    private static String unique() {
        return ProcessHandle.current().pid() + "-" + System.nanoTime() + "-" + UNIQUE.incrementAndGet();
    }

    public Path root() {
        return root;
    }

    private void clean() {
        try (Fd lock = lock(Descriptors.LOCK_EX);
                Fd tmp = directory(root.resolve("tmp"))) {
            for (Directories.Entry e : Directories.list(tmp)) {
                long r = Calls.open(tmp, e.name(), O_RDONLY | O_NOFOLLOW, 0);
                if (r < 0) {
                    continue; // removed meanwhile by the one who made it
                }
                try (Fd left = Fd.own((int) r, root + "/tmp/" + e.name())) {
                    if (Descriptors.tryFlock(left, Descriptors.LOCK_EX)) {
                        LOG.info("removing {}/tmp/{}, left behind by an interrupted call", root, e.name());
                        TreeRemove.remove(tmp, e.name());
                    }
                }
            }
        }
    }

    /** Held until closed. */
    private Fd lock(int mode) {
        Fd fd = Descriptors.open(root + "/lock", O_RDWR | O_CREAT, 0600);
        try {
            Descriptors.flock(fd, mode);
            return fd;
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    private static Fd directory(Path path) {
        return Descriptors.open(path.toString(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    }

    private static String checked(String chainId) {
        if (!CHAIN.matcher(chainId).matches()) {
            throw EngineException.invalid("\"" + chainId + "\" is no chain id; it looks like sha256:4f2c...");
        }
        return chainId;
    }

    private static String checkedContainer(String id) {
        if (!ID.matcher(id).matches()) {
            throw EngineException.invalid("\"" + id + "\" is no container id");
        }
        return id;
    }

    /** Where a layer is, or would be. */
    public Path layer(String chainId) {
        return root.resolve("layers").resolve(checked(chainId).replace(':', '-'));
    }

    /** Where a container's layer is, or would be. */
    public Path container(String id) {
        return root.resolve("containers").resolve(checkedContainer(id));
    }

    public boolean hasLayer(String chainId) {
        return Stats.exists(Fd.CWD, layer(chainId).toString());
    }

    private EngineException noLayer(String chainId) {
        return EngineException.notFound("there is no layer " + chainId + " in " + root);
    }

    /** The chain ids of a layer and all below it, topmost first; NOT_FOUND. */
    public List<String> chain(String chainId) {
        return readChain(layer(chainId)).orElseThrow(() -> noLayer(chainId));
    }

    private static Optional<List<String>> readChain(Path layer) {
        long r = Calls.open(Fd.CWD, layer + "/chain", O_RDONLY, 0);
        if (r == -Errno.ENOENT) {
            return Optional.empty();
        }
        Sys.check("openat", layer + "/chain", r);
        try (Fd fd = Fd.own((int) r, layer + "/chain")) {
            return Optional.of(new String(Descriptors.readAll(fd, CHAIN_LIMIT), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
    }

    /** The chain below a container, topmost first; empty for an empty root; NOT_FOUND. */
    public List<String> chainOf(String containerId) {
        Path dir = container(containerId);
        try (Fd fd = openContainer(dir, containerId)) {
            if (!Stats.exists(fd, "lower")) {
                return List.of();
            }
            String target = Nodes.readlinkat(fd, "lower");
            return chain(target.substring(target.lastIndexOf('/') + 1).replace('-', ':'));
        }
    }

    private static Fd openContainer(Path dir, String id) {
        long r = Calls.open(Fd.CWD, dir.toString(), Descriptors.O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
        if (r == -Errno.ENOENT) {
            throw EngineException.notFound("container " + id + " has no read-write layer in " + dir.getParent());
        }
        return Fd.own((int) Sys.check("openat", dir.toString(), r), dir.toString());
    }

    /** Opens the container's directory, to see that it is there. */
    public void requireContainer(String id) {
        openContainer(container(id), id).close();
    }

    /** All layers. */
    public List<String> layers() {
        try (Fd dir = directory(root.resolve("layers"))) {
            return Directories.list(dir).stream()
                    .map(e -> e.name().replaceFirst("-", ":"))
                    .sorted()
                    .toList();
        }
    }

    /** All containers. */
    public List<String> containers() {
        try (Fd dir = directory(root.resolve("containers"))) {
            return Directories.list(dir).stream()
                    .map(Directories.Entry::name)
                    .sorted()
                    .toList();
        }
    }

    /** Makes a layer unless it is there. Of several calls at once one does the work, the others wait for it. */
    public void createLayer(String chainId, @Nullable String parent, Filler filler) {
        List<String> chain = new ArrayList<>(List.of(checked(chainId)));
        if (parent != null) {
            chain.addAll(chain(parent));
        }
        String name = "layer-" + chainId.replace(':', '-');
        Path staging = root.resolve("tmp").resolve(name);
        try (Fd tmp = directory(root.resolve("tmp"))) {
            while (!hasLayer(chainId)) {
                long made = Calls.mkdir(tmp, name, 0700);
                if (made != -Errno.EEXIST) {
                    Sys.check("mkdirat", tmp, name, made);
                }
                long r = Calls.open(tmp, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
                if (r == -Errno.ENOENT) {
                    continue; // the one before committed or gave up
                }
                try (Fd dir = Fd.own((int) Sys.check("openat", tmp, name, r), staging.toString())) {
                    Descriptors.flock(dir, Descriptors.LOCK_EX);
                    Optional<Stat> now = Stats.find(tmp, name);
                    if (now.isPresent() && now.get().sameFile(Stat.of(dir))) {
                        makeLayer(tmp, name, dir, staging, chain, filler);
                        return;
                    }
                }
            }
        }
    }

    private void makeLayer(Fd tmp, String name, Fd dir, Path staging, List<String> chain, Filler filler) {
        try {
            TreeRemove.clear(dir);
            write(dir, "chain", String.join("\n", chain) + "\n");
            filler.fill(dir, staging);
            // One call for all that was written; the rename must not reach the disk before it.
            Descriptors.syncfs(dir);
            try (Fd lock = lock(Descriptors.LOCK_SH);
                    Fd layers = directory(root.resolve("layers"))) {
                if (chain.size() > 1 && !hasLayer(chain.get(1))) {
                    throw noLayer(chain.get(1));
                }
                Nodes.renameat2(tmp, name, layers, chain.get(0).replace(':', '-'), Nodes.RENAME_NOREPLACE);
                Descriptors.fsync(layers);
            }
        } catch (RuntimeException | Error e) {
            giveUp(tmp, name, e);
            throw e;
        }
    }

    private static void write(Fd dir, String name, String text) {
        try (Fd f = Descriptors.openat(dir, name, Descriptors.O_WRONLY | O_CREAT | O_TRUNC, 0600)) {
            Descriptors.writeAll(f, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void giveUp(Fd tmp, String name, Throwable why) {
        try {
            TreeRemove.remove(tmp, name);
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    /** Removes a layer; CONFLICT if something stands on it, NOT_FOUND. */
    public void removeLayer(String chainId) {
        String gone = "removed-" + unique();
        try (Fd tmp = directory(root.resolve("tmp"))) {
            try (Fd lock = lock(Descriptors.LOCK_EX);
                    Fd layers = directory(root.resolve("layers"))) {
                if (!hasLayer(chainId)) {
                    throw noLayer(chainId);
                }
                user(chainId).ifPresent(u -> {
                    throw EngineException.conflict("layer " + chainId + " is in use by " + u);
                });
                Nodes.renameat2(layers, chainId.replace(':', '-'), tmp, gone, 0);
                Descriptors.fsync(layers);
            }
            TreeRemove.remove(tmp, gone);
        }
    }

    /** What stands directly or indirectly on a layer. */
    private Optional<String> user(String chainId) {
        for (String other : layers()) {
            if (!other.equals(chainId)
                    && readChain(layer(other)).map(c -> c.contains(chainId)).orElse(false)) {
                return Optional.of("layer " + other);
            }
        }
        for (String c : containers()) {
            if (chainOf(c).contains(chainId)) {
                return Optional.of("container " + c);
            }
        }
        return Optional.empty();
    }

    /**
     * Makes a container's layer: CONFLICT if it is there, NOT_FOUND if the chain is missing. Not synced: the engine syncs the
     * container's configuration after it, and one without a configuration is removed at the next start.
     */
    public void createContainer(String id, @Nullable String chainId, Filler filler) {
        Path target = container(id);
        if (chainId != null && !hasLayer(chainId)) {
            throw noLayer(chainId);
        }
        String name = "container-" + id + "-" + UNIQUE.incrementAndGet() + "-" + System.nanoTime();
        Path staging = root.resolve("tmp").resolve(name);
        // Under the lock, so that neither a removal of the layer nor a clean-up comes between.
        try (Fd lock = lock(Descriptors.LOCK_SH);
                Fd tmp = Descriptors.open(root + "/tmp", Descriptors.O_PATH | O_DIRECTORY)) {
            try {
                Nodes.mkdirat(tmp, name, 0700);
                try (Fd dir = Descriptors.openat(tmp, name, Descriptors.O_PATH | O_DIRECTORY | O_NOFOLLOW, 0)) {
                    if (chainId != null) {
                        Nodes.symlinkat("../../layers/" + chainId.replace(':', '-'), dir, "lower");
                        if (!hasLayer(chainId)) {
                            throw noLayer(chainId);
                        }
                    }
                    filler.fill(dir, staging);
                }
                Nodes.renameat2(tmp, name, Fd.CWD, target.toString(), Nodes.RENAME_NOREPLACE);
            } catch (RuntimeException | Error e) {
                giveUp(tmp, name, e);
                if (e instanceof KernelException k && k.errno() == Errno.EEXIST && "renameat2".equals(k.call())) {
                    EngineException conflict =
                            EngineException.conflict("container " + id + " has a read-write layer already");
                    conflict.addSuppressed(e);
                    throw conflict;
                }
                throw e;
            }
        }
    }

    /** Removes a container's layer; missing is no error. */
    public void removeContainer(String id) {
        String gone = "removed-" + id + "-" + UNIQUE.incrementAndGet() + "-" + System.nanoTime();
        try (Fd tmp = Descriptors.open(root + "/tmp", Descriptors.O_PATH | O_DIRECTORY)) {
            String path = container(id).toString();
            if (!Stats.exists(Fd.CWD, path)) {
                return;
            }
            try {
                Nodes.renameat2(Fd.CWD, path, tmp, gone, 0);
            } catch (KernelException e) {
                if (e.errno() == Errno.ENOENT) {
                    return;
                }
                throw e;
            }
            TreeRemove.remove(tmp, gone);
        }
    }

    /** Runs a check in a directory of its own that is removed afterwards. */
    public void inScratch(Consumer<Path> check) {
        String name = "probe-" + unique();
        try (Fd tmp = directory(root.resolve("tmp"))) {
            Nodes.mkdirat(tmp, name, 0700);
            try (Fd dir = Descriptors.openat(tmp, name, O_RDONLY | O_DIRECTORY, 0)) {
                Descriptors.flock(dir, Descriptors.LOCK_EX);
                check.accept(root.resolve("tmp").resolve(name));
            } finally {
                TreeRemove.remove(tmp, name);
            }
        }
    }
}

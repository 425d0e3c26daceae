package dev.felucca.contracts.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineException.Kind;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.storage.LayerSource;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.contracts.HostMounts;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Nodes;
import dev.felucca.door.Stat;
import dev.felucca.door.Transfers;
import dev.felucca.door.Xattrs;
import dev.felucca.door.layer.Directories;
import dev.felucca.door.layer.Mounter;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every storage driver must do. A driver's test extends this and makes the driver. Containers' roots are looked at
 * through detached mounts, so nothing is ever attached in the host's mount table, and that is checked.
 */
public abstract class StorageDriverContract {
    @TempDir
    protected Path dataRoot;

    protected StorageDriver driver;
    private List<String> mountsBefore = List.of();

    /** A new instance on these roots, as a started bundle would make it. */
    protected abstract StorageDriver newDriver(EngineRoots roots);

    /** How roots are mounted. */
    protected Mounter mounter() {
        return new Mounter();
    }

    protected record Roots(Path dataRoot, Path runRoot) implements EngineRoots {}

    // The driver is made before each test; a constructor cannot, because the directory is injected later.
    @SuppressWarnings("NullAway.Init")
    protected StorageDriverContract() {}

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/fd")), "needs /proc");
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        mountsBefore = mounts();
        driver = restart();
    }

    @AfterEach
    void hostIsAsItWas() throws IOException {
        assertEquals(mountsBefore, mounts(), "mounts of the host");
    }

    private List<String> mounts() throws IOException {
        return HostMounts.of(dataRoot);
    }

    protected StorageDriver restart() {
        return newDriver(new Roots(dataRoot, dataRoot.resolve("run")));
    }

    protected static String chain(int n) {
        return "sha256:" + String.format("%064x", n);
    }

    /** Looks at a container's root. */
    protected interface Look {
        void at(Fd root) throws IOException;
    }

    protected void mounted(String container, Look look) throws IOException {
        try (Fd root = mounter().mount(driver.rootfs(container))) {
            look.at(root);
        }
    }

    protected void layers(LayerSource... sources) {
        for (int i = 0; i < sources.length; i++) {
            driver.createLayer(chain(i + 1), i == 0 ? null : chain(i), sources[i]);
        }
        driver.create("c", chain(sources.length));
    }

    protected static List<String> names(Fd root, String path) {
        try (Fd d = Descriptors.openat(root, path, Descriptors.O_RDONLY | Descriptors.O_DIRECTORY, 0)) {
            return Directories.list(d).stream()
                    .map(Directories.Entry::name)
                    .sorted()
                    .toList();
        }
    }

    protected static Stat stat(Fd root, String path) {
        return Stat.of(root, path, Nodes.AT_SYMLINK_NOFOLLOW);
    }

    protected static void put(Fd root, String path, String text) {
        try (Fd f = Descriptors.openat(
                root, path, Descriptors.O_WRONLY | Descriptors.O_CREAT | Descriptors.O_TRUNC, 0644)) {
            Descriptors.writeAll(f, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    protected void refused(String words, LayerSource source) {
        EngineException e = assertThrows(EngineException.class, () -> driver.createLayer(chain(99), null, source));
        assertEquals(Kind.INVALID, e.kind(), e.message());
        assertTrue(e.message().contains(words), e.message());
        assertFalse(driver.hasLayer(chain(99)));
        assertNothingInTemporary();
    }

    private void assertNothingInTemporary() {
        Path tmp = dataRoot.resolve("storage").resolve(driver.name()).resolve("tmp");
        try (Fd d = Descriptors.open(tmp.toString(), Descriptors.O_RDONLY | Descriptors.O_DIRECTORY)) {
            assertEquals(List.of(), Directories.list(d));
        }
    }

    @Test
    void probeLeavesNothing() {
        driver.probe();
        assertNothingInTemporary();
    }

    @Test
    void layersStackWithWhiteoutsAndOpaqueDirectories() throws IOException {
        layers(
                new LayerBuilder()
                        .dir("etc")
                        .file("etc/a", "1")
                        .file("etc/b", "1")
                        .dir("opt")
                        .file("opt/old", "1")
                        .dir("gone")
                        .file("gone/x", "1")
                        .source(),
                new LayerBuilder()
                        .dir("etc")
                        .file("etc/a", "2")
                        .file("etc/.wh.b", "")
                        .dir("opt")
                        .file("opt/new", "2")
                        .file("opt/.wh..wh..opq", "")
                        .file(".wh.gone", "")
                        .source(),
                new LayerBuilder().dir("gone").file("gone/y", "3").source());
        mounted("c", root -> {
            assertEquals("2", Transfers.readText(root, "etc/a"));
            assertEquals(List.of("a"), names(root, "etc"));
            assertEquals(List.of("new"), names(root, "opt"));
            assertEquals(List.of("y"), names(root, "gone"));
        });
    }

    @Test
    void whiteoutAndReplacementInOneLayerInAnyOrder() throws IOException {
        layers(
                new LayerBuilder()
                        .dir("a")
                        .file("a/low", "1")
                        .dir("b")
                        .file("b/low", "1")
                        .source(),
                new LayerBuilder()
                        .file(".wh.a", "")
                        .dir("a")
                        .file("a/top", "2")
                        .dir("b")
                        .file("b/top", "2")
                        .file(".wh.b", "")
                        .source());
        mounted("c", root -> {
            assertEquals(List.of("top"), names(root, "a"));
            assertEquals(List.of("top"), names(root, "b"));
        });
    }

    @Test
    void typesReplaceEachOther() throws IOException {
        layers(
                new LayerBuilder()
                        .file("f", "1")
                        .dir("d")
                        .file("d/x", "1")
                        .dir("e")
                        .file("e/x", "1")
                        .source(),
                new LayerBuilder()
                        .dir("f")
                        .file("f/in", "2")
                        .file("d", "2")
                        .symlink("e", "f")
                        .source());
        mounted("c", root -> {
            assertEquals(List.of("in"), names(root, "f"));
            assertEquals("2", Transfers.readText(root, "d"));
            assertEquals("f", Nodes.readlinkat(root, "e"));
        });
    }

    @Test
    void keepsAttributes() throws IOException {
        FileTime time = FileTime.from(Instant.ofEpochSecond(1_600_000_000L, 123_456_700));
        layers(new LayerBuilder()
                .dir("tmp", 01777)
                .file("su", "x", e -> {
                    e.setMode(04755);
                    e.setUserId(12);
                    e.setGroupId(34);
                    e.setLastModifiedTime(time);
                })
                .hardLink("su2", "su")
                .device("null", 1, 3)
                .source());
        mounted("c", root -> {
            assertEquals(01777, stat(root, "tmp").permissions());
            assertEquals(1_700_000_000L * 1_000_000_000, stat(root, "tmp").mtimeNs());
            Stat su = stat(root, "su");
            assertEquals(04755, su.permissions());
            assertEquals(12, su.uid());
            assertEquals(34, su.gid());
            assertEquals(1_600_000_000_123_456_700L, su.mtimeNs());
            assertTrue(su.sameFile(stat(root, "su2")));
            assertEquals(2, su.nlink());
            assertEquals(Stat.makedev(1, 3), stat(root, "null").rdev());
            assertEquals(Stat.S_IFCHR, stat(root, "null").type());
        });
    }

    @Test
    void keepsWhatTarWrote() throws Exception {
        Path tree = Files.createDirectory(dataRoot.resolve("tree"));
        Path tool = Files.writeString(tree.resolve("tool"), "x");
        // cap_setuid+ep: its bit makes a byte that is no UTF-8.
        byte[] capability = HexFormat.of().parseHex("0100000280000000000000000000000000000000");
        Xattrs.lset(tool.toString(), "security.capability", capability, 0);
        Xattrs.lset(tool.toString(), "user.note", "ü".getBytes(StandardCharsets.UTF_8), 0);
        String latin = "caf\udce9";
        try (Fd d = Descriptors.open(tree.toString(), Descriptors.O_RDONLY | Descriptors.O_DIRECTORY)) {
            put(d, latin, "latin");
            Nodes.utimensat(d, latin, 1, 1_600_000_000_123_456_789L, 0);
            put(d, "n".repeat(255), "long");
            try (Fd f = Descriptors.openat(d, "sparse", Descriptors.O_WRONLY | Descriptors.O_CREAT, 0644)) {
                Descriptors.pwrite(f, java.nio.ByteBuffer.wrap(new byte[] {7}), 50_000_000);
                Descriptors.truncate(f, 90_000_000);
            }
        }
        for (String format : List.of("posix", "gnu")) {
            Path archive = dataRoot.resolve(format + ".tar");
            List<String> command = new java.util.ArrayList<>(List.of("tar", "-C", tree.toString(), "--sparse"));
            command.add("--format=" + format);
            if ("posix".equals(format)) {
                command.addAll(List.of("--xattrs", "--xattrs-include=*"));
            }
            command.addAll(List.of("-cf", archive.toString(), "."));
            assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
            int n = "posix".equals(format) ? 1 : 2;
            driver.createLayer(chain(n), null, () -> Files.newInputStream(archive));
            driver.create(format, chain(n));
            mounted(format, root -> {
                assertEquals("latin", Transfers.readText(root, latin));
                assertEquals("long", Transfers.readText(root, "n".repeat(255)));
                Stat sparse = stat(root, "sparse");
                assertEquals(90_000_000, sparse.size());
                assertTrue(sparse.blocks() < 1000, "holes stay: " + sparse.blocks());
                if (n == 1) {
                    assertEquals(1_600_000_000_123_456_789L, stat(root, latin).mtimeNs());
                    try (Fd f = Descriptors.openat(root, "tool", Descriptors.O_RDONLY, 0)) {
                        assertTrue(Arrays.equals(
                                capability,
                                Xattrs.fget(f, "security.capability").orElseThrow()));
                        assertEquals(
                                "ü", new String(Xattrs.fget(f, "user.note").orElseThrow(), StandardCharsets.UTF_8));
                    }
                }
            });
        }
    }

    @Test
    void aContainerWritesToItsOwnLayerOnly() throws IOException {
        layers(new LayerBuilder().dir("d").file("d/f", "image").source());
        driver.create("c2", chain(1));
        mounted("c", root -> {
            put(root, "d/f", "mine");
            put(root, "new", "mine");
        });
        mounted("c2", root -> {
            assertEquals("image", Transfers.readText(root, "d/f"));
            assertEquals(List.of("d"), names(root, "."));
        });
        mounted("c", root -> assertEquals("mine", Transfers.readText(root, "d/f")));
        assertEquals(List.of("c", "c2"), driver.containers());
        assertTrue(driver.usage("c") > 0);
        driver.remove("c");
        driver.remove("c");
        assertEquals(List.of("c2"), driver.containers());
        assertEquals(
                Kind.NOT_FOUND,
                assertThrows(EngineException.class, () -> driver.rootfs("c")).kind());
        assertNothingInTemporary();
    }

    @Test
    void whatIsInUseIsNotRemoved() {
        layers(
                new LayerBuilder().file("a", "").source(),
                new LayerBuilder().file("b", "").source());
        for (int n : List.of(1, 2)) {
            assertEquals(
                    Kind.CONFLICT,
                    assertThrows(EngineException.class, () -> driver.removeLayer(chain(n)))
                            .kind());
        }
        assertEquals(
                Kind.CONFLICT,
                assertThrows(EngineException.class, () -> driver.create("c", chain(1)))
                        .kind());
        driver.remove("c");
        assertEquals(
                Kind.CONFLICT,
                assertThrows(EngineException.class, () -> driver.removeLayer(chain(1)))
                        .kind());
        driver.removeLayer(chain(2));
        driver.removeLayer(chain(1));
        assertEquals(List.of(), driver.layers());
        assertEquals(
                Kind.NOT_FOUND,
                assertThrows(EngineException.class, () -> driver.removeLayer(chain(1)))
                        .kind());
        assertEquals(
                Kind.NOT_FOUND,
                assertThrows(EngineException.class, () -> driver.create("d", chain(1)))
                        .kind());
        assertNothingInTemporary();
    }

    @Test
    void anEmptyRoot() throws IOException {
        driver.create("e", null);
        mounted("e", root -> {
            assertEquals(List.of(), names(root, "."));
            put(root, "f", "x");
        });
        mounted("e", root -> assertEquals(List.of("f"), names(root, ".")));
    }

    @Test
    void manyLayers() throws IOException {
        for (int i = 1; i <= 127; i++) {
            driver.createLayer(
                    chain(i),
                    i == 1 ? null : chain(i - 1),
                    new LayerBuilder().file("f" + i, "" + i).source());
        }
        driver.create("c", chain(127));
        mounted("c", root -> {
            assertEquals(127, names(root, ".").size());
            assertEquals("1", Transfers.readText(root, "f1"));
            put(root, "f1", "changed");
        });
    }

    @Test
    void refusesWhatWouldLeaveTheLayer() throws IOException {
        Path outside = Files.createDirectory(dataRoot.resolve("outside"));
        refused("absolute", new LayerBuilder().file("/etc/x", "").source());
        refused("..", new LayerBuilder().file("a/../../x", "").source());
        refused("whiteout", new LayerBuilder().file("a/.wh...", "").source());
        refused("..", new LayerBuilder().hardLink("h", "../x").source());
        refused("hard link", new LayerBuilder().hardLink("h", "missing").source());
        refused(
                "evil",
                new LayerBuilder()
                        .symlink("evil", outside.toString())
                        .file("evil/x", "")
                        .source());
        refused(
                "evil",
                new LayerBuilder()
                        .symlink("evil", outside.toString())
                        .file("evil/.wh.x", "")
                        .source());
        refused("0:0", new LayerBuilder().device("d", 0, 0).source());
        assertArrayEquals(new String[0], outside.toFile().list());
    }

    @Test
    void refusesWhatIsBroken() {
        byte[] whole = new LayerBuilder().file("a", "x".repeat(5000)).bytes();
        refused("unpacked", LayerBuilder.of(Arrays.copyOf(whole, 2000)));
        refused("unpacked", LayerBuilder.of(Arrays.copyOf(whole, 300)));
        byte[] wrong = whole.clone();
        wrong[150] ^= 1;
        refused("checksum", LayerBuilder.of(wrong));
        refused("digest", () -> new FilterInputStream(LayerBuilder.of(whole).open()) {
            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                int n = super.read(b, off, len);
                if (n < 0) {
                    throw EngineException.invalid("wrong digest");
                }
                return n;
            }
        });
        driver.createLayer(chain(99), null, LayerBuilder.of(whole));
        assertTrue(driver.hasLayer(chain(99)));
    }

    @Test
    void oneOfSeveralCallsMakesTheLayer() throws Exception {
        byte[] archive = new LayerBuilder().file("a", "x".repeat(100_000)).bytes();
        AtomicInteger opened = new AtomicInteger();
        LayerSource source = () -> {
            opened.incrementAndGet();
            return LayerBuilder.of(archive).open();
        };
        var pool = Executors.newFixedThreadPool(8);
        try {
            StorageDriver second = restart();
            Callable<Boolean> a = () -> create(driver, source);
            Callable<Boolean> b = () -> create(second, source);
            for (Future<Boolean> f : pool.invokeAll(List.of(a, b, a, b, a, b, a, b))) {
                assertTrue(f.get());
            }
        } finally {
            pool.shutdown();
        }
        assertEquals(1, opened.get());
        assertNothingInTemporary();
    }

    private static boolean create(StorageDriver d, LayerSource source) {
        d.createLayer(chain(1), null, source);
        return d.hasLayer(chain(1));
    }

    @Test
    void aNewInstanceRemovesWhatADeadOneLeft() throws IOException {
        Path tmp = dataRoot.resolve("storage").resolve(driver.name()).resolve("tmp");
        Path left = Files.createDirectories(tmp.resolve("layer-sha256-00/diff/deep"));
        Files.writeString(left.resolve("f"), "x");
        Files.createDirectory(tmp.resolve("container-x"));
        driver = restart();
        assertNothingInTemporary();
        assertEquals(List.of(), driver.layers());
    }

    @Test
    void copiesUpWithinTheRoot() throws IOException {
        layers(new LayerBuilder()
                .dir("data", 0750)
                .file("data/f", "x", e -> e.setUserId(5))
                .symlink("link", "/data")
                .symlink("out", "../../../../../data")
                .source());
        mounted("c", root -> put(root, "data/g", "y"));
        for (String path : List.of("/data", "/link", "/out")) {
            Path target = Files.createDirectory(dataRoot.resolve("t" + path.replace('/', '-')));
            assertTrue(driver.copyUp("c", path, target));
            assertEquals("x", Files.readString(target.resolve("f")));
            assertEquals("y", Files.readString(target.resolve("g")));
            assertEquals(5, Stat.of(target.resolve("f").toString()).uid());
            assertEquals(0750, Stat.of(target.toString()).permissions());
        }
        Path empty = Files.createDirectory(dataRoot.resolve("empty"));
        assertFalse(driver.copyUp("c", "/none", empty));
        assertFalse(driver.copyUp("c", "/data/f", empty));
        assertArrayEquals(new String[0], empty.toFile().list());
    }
}

package dev.felucca.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.Image;
import dev.felucca.api.image.ImportOptions;
import dev.felucca.api.image.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {
    static final Limits LIMITS = new Limits(128L << 20, 200, 10_000, 1 << 20, 64, 4, 127, 3, 5);
    private static final Path NO_BUSYBOX = Path.of("/nonexistent");
    private static final byte[] BASE = Archive.layer("etc/base", "base");
    private static final byte[] TOP = Archive.layer("etc/top", "top");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path data;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private ImageStore store;

    @BeforeEach
    void open() {
        store = new ImageStore(data, LIMITS, NO_BUSYBOX);
    }

    private static InputStream in(byte[] b) {
        return new ByteArrayInputStream(b);
    }

    private List<String> load(byte[] archive) throws IOException {
        return store.load(in(archive), Progress.NONE);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> s = Files.walk(data.resolve("images"))) {
            return s.filter(Files::isRegularFile)
                    .map(p -> data.relativize(p).toString())
                    .filter(p -> p.contains("blobs") || p.contains("ingest"))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    private EngineException refused(
            EngineException.Kind kind, String word, org.junit.jupiter.api.function.Executable e) {
        EngineException x = assertThrows(EngineException.class, e);
        assertEquals(kind, x.kind(), x.message());
        assertTrue(x.message().contains(word), x.message());
        return x;
    }

    private byte[] content(Image image, int layer) throws IOException {
        try (InputStream s = store.layer(image.id(), image.layers().get(layer)).open()) {
            return s.readAllBytes();
        }
    }

    @Test
    void loadsWhatDockerSaves() throws IOException {
        assertEquals(
                List.of("Loaded image: app:1"),
                load(Archive.docker("app:1", BASE, TOP).bytes()));
        Image i = store.get("docker.io/library/app:1");
        assertEquals(List.of("app:1"), i.tags());
        assertEquals(List.of("/bin/x"), i.config().cmd());
        assertEquals(2, i.layers().size());
        assertEquals(i.layers().get(0).chainId(), i.layers().get(1).parent());
        assertArrayEquals(TOP, content(i, 1));
        assertEquals(i, store.get(i.id()));
        assertEquals(i, store.get(i.id().substring(7, 19)));
        assertEquals(i, store.get(i.id().substring(0, 19)));
        assertEquals(i, new ImageStore(data, LIMITS, NO_BUSYBOX).get("app:1"));
        assertEquals(
                List.of("", "ADD x"), List.of("", store.history("app:1").get(2).createdBy()));
    }

    @Test
    void takesGzipAndZstdInsideAndOutside() throws IOException {
        int n = 0;
        for (byte[] stored : List.of(BASE, Archive.gzip(BASE), Archive.zstd(BASE))) {
            byte[] plain = Archive.layer("f", "n" + n);
            byte[] layer = n == 0 ? plain : n == 1 ? Archive.gzip(plain) : Archive.zstd(plain);
            Archive.Oci oci = new Archive.Oci();
            String type = Compression.detect(stored, stored.length, "x").layerMediaType();
            byte[] tar = oci.index(oci.manifest("amd64", type, layer, plain, name("o:" + n)))
                    .tar();
            assertEquals(
                    List.of("Loaded image: o:" + n),
                    load(n == 0 ? Archive.zstd(tar) : n == 1 ? Archive.gzip(tar) : tar));
            assertArrayEquals(plain, content(store.get("o:" + n), 0));
            n++;
        }
    }

    private static String name(String name) {
        return ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + name + "\"}";
    }

    @Test
    void choosesTheHostsPlatform() throws IOException {
        Archive.Oci oci = new Archive.Oci();
        String arm = oci.manifest("riscv64", MediaTypesTest.TAR, TOP, TOP, platform("riscv64"));
        String host = oci.manifest(
                Platform.host().architecture(),
                MediaTypesTest.TAR,
                BASE,
                BASE,
                platform(Platform.host().architecture()));
        byte[] inner = Archive.Oci.list(arm, host).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        load(oci.index(oci.blob(MediaTypes.INDEX, inner, name("multi:1"))).tar());
        assertEquals(Platform.host().architecture(), store.get("multi:1").architecture());
        assertEquals(1, store.list().size());

        Archive.Oci foreign = new Archive.Oci();
        byte[] only = Archive.Oci.list(foreign.manifest("riscv64", MediaTypesTest.TAR, TOP, TOP, platform("riscv64")))
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] tar = foreign.index(foreign.blob(MediaTypes.INDEX, only, "")).tar();
        refused(EngineException.Kind.INVALID, "linux/riscv64", () -> load(tar));
    }

    private static String platform(String arch) {
        return ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + arch + "\"}";
    }

    @Test
    void readsALayoutDirectoryAndItsOwnSavedArchive(@TempDir Path dir) throws IOException {
        load(Archive.docker("app:1", BASE, TOP).bytes());
        store.tag("app:1", "localhost:5000/x/app:two");
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        store.save(List.of("app:1", "localhost:5000/x/app:two"), saved);
        ImageStore other = new ImageStore(dir.resolve("a"), LIMITS, NO_BUSYBOX);
        assertEquals(
                List.of("Loaded image: app:1", "Loaded image: localhost:5000/x/app:two"),
                other.load(in(saved.toByteArray()), Progress.NONE).stream()
                        .sorted()
                        .toList());
        assertEquals(store.get("app:1"), other.get("app:1"));
        // The store itself is a layout.
        ImageStore third = new ImageStore(dir.resolve("b"), LIMITS, NO_BUSYBOX);
        third.load(data.resolve("images"), Progress.NONE);
        assertEquals(store.get("app:1"), third.get("app:1"));
        // A second load changes nothing.
        List<String> before = files();
        load(saved.toByteArray());
        assertEquals(before, files());
    }

    @Test
    void importsARootFilesystem() throws IOException {
        ImportOptions o = new ImportOptions(
                "deb:12", "hello", List.of("CMD [\"sh\",\"-c\",\"id\"]", "ENV A=1 B=\"x y\"", "ENV C=$A-${D:-z}"));
        Image i = store.importRootfs(in(Archive.gzip(BASE)), o, Progress.NONE);
        assertEquals(List.of("deb:12"), i.tags());
        assertEquals(List.of("A=1", "B=x y", "C=1-z"), i.config().env());
        assertEquals(List.of("sh", "-c", "id"), i.config().cmd());
        assertEquals("hello", i.comment());
        assertArrayEquals(BASE, content(i, 0));
        ImportOptions bad = new ImportOptions(null, "", List.of("RUN x"));
        refused(EngineException.Kind.INVALID, "RUN", () -> store.importRootfs(in(BASE), bad, Progress.NONE));
        ImportOptions none = new ImportOptions(null, "", List.of());
        refused(EngineException.Kind.INVALID, "empty", () -> store.importRootfs(in(new byte[0]), none, Progress.NONE));
    }

    @Test
    void removesByDockersRules() throws Exception {
        load(Archive.docker("app:1", BASE).bytes());
        String id = store.get("app:1").id();
        store.tag("app:1", "app:2");
        store.tag("app:1", "other:1");
        assertEquals(List.of("Untagged: app:2"), store.remove("app:2", false));
        refused(EngineException.Kind.CONFLICT, "must be forced", () -> store.remove(id, false));
        store.remove("other:1", false);
        store.hold("app:1", "c0ffee000000");
        refused(EngineException.Kind.CONFLICT, "container c0ffee000000", () -> store.remove("app:1", false));
        refused(EngineException.Kind.CONFLICT, "image is being used by", () -> store.remove(id, true));
        assertEquals(List.of("Untagged: app:1"), store.remove("app:1", true));
        assertEquals(List.of(), store.get(id).tags());
        assertEquals(List.of(), store.prune(true).removed());
        store.release("c0ffee000000");
        int[] told = new int[1];
        try (AutoCloseable r = store.onRemoved(() -> told[0]++)) {
            assertTrue(store.prune(false).bytes() >= BASE.length, r.toString());
        }
        assertEquals(1, told[0]);
        assertEquals(List.of(), files());
        refused(EngineException.Kind.NOT_FOUND, "No such image: app:1", () -> store.get("app:1"));
    }

    @Test
    void refusesBadArchivesAndKeepsNothing() throws IOException {
        byte[] good = Archive.docker("app:1", BASE, TOP).bytes();
        for (int cut : List.of(1, 511, 512, 700, 1536, 2000, 4096, 6000)) {
            refused(EngineException.Kind.INVALID, "", () -> load(java.util.Arrays.copyOf(good, cut)));
        }
        byte[] gz = Archive.gzip(good);
        for (int cut : List.of(5, 20, gz.length / 2, gz.length - 9)) {
            refused(EngineException.Kind.INVALID, "", () -> load(java.util.Arrays.copyOf(gz, cut)));
        }
        refused(EngineException.Kind.INVALID, "empty", () -> load(new byte[0]));
        refused(EngineException.Kind.INVALID, "no image archive", () -> load(BASE));
        refused(
                EngineException.Kind.INVALID,
                "absolute",
                () -> load(new Archive().file("/x", "y").bytes()));
        refused(
                EngineException.Kind.INVALID,
                "leads out",
                () -> load(new Archive().file("a/../../x", "y").bytes()));
        refused(
                EngineException.Kind.INVALID,
                "leads out",
                () -> load(new Archive().symlink("a", "../x").bytes()));
        refused(
                EngineException.Kind.INVALID,
                "twice",
                () -> load(new Archive().file("a", "1").file("a", "2").bytes()));
        refused(
                EngineException.Kind.INVALID,
                "missing",
                () -> load(new Archive()
                        .file("manifest.json", "[{\"Config\":\"c\",\"Layers\":[]}]")
                        .bytes()));
        refused(
                EngineException.Kind.INVALID,
                "maxJsonBytes",
                () -> load(
                        new Archive().file("manifest.json", new byte[2 << 20]).bytes()));
        refused(
                EngineException.Kind.INVALID,
                "maxJsonDepth",
                () -> load(new Archive().file("manifest.json", "[".repeat(1000)).bytes()));
        refused(
                EngineException.Kind.INVALID,
                "compression ratio",
                () -> store.importRootfs(
                        in(Archive.gzip(
                                new Archive().file("z", new byte[65 << 20]).bytes())),
                        new ImportOptions(null, "", List.of()),
                        Progress.NONE));
        Archive.Oci oci = new Archive.Oci();
        byte[] wrongDiff = oci.index(oci.manifest("amd64", MediaTypesTest.TAR, BASE, TOP, ""))
                .tar();
        refused(EngineException.Kind.INVALID, "diff id", () -> load(wrongDiff));
        Archive.Oci type = new Archive.Oci();
        byte[] unknown =
                type.index(type.manifest("amd64", "text/x", BASE, BASE, "")).tar();
        refused(EngineException.Kind.INVALID, "text/x", () -> load(unknown));
        Archive.Oci blob = new Archive.Oci();
        blob.index(blob.manifest("amd64", MediaTypesTest.TAR, BASE, BASE, ""));
        blob.files.put("blobs/sha256/" + Digests.hex(Digests.of(BASE)), TOP);
        refused(EngineException.Kind.INVALID, "damaged", () -> load(blob.tar()));
        assertEquals(List.of(), files());
        assertEquals(List.of("Loaded image: app:1"), load(good));
    }

    @Test
    void aDamagedBlobIsNoticedWhenRead() throws IOException {
        load(Archive.docker("app:1", BASE).bytes());
        Image i = store.get("app:1");
        Path blob = data.resolve("images/blobs/sha256").resolve(Digests.hex(Digests.of(BASE)));
        byte[] b = Files.readAllBytes(blob);
        b[520] ^= 1;
        Files.write(blob, b);
        IOException e = assertThrows(IOException.class, () -> content(i, 0));
        assertTrue(String.valueOf(e.getMessage()).contains("load it again"), e.toString());
        load(Archive.docker("app:1", BASE).bytes());
        assertArrayEquals(BASE, content(i, 0));
    }

    @Test
    void anInterruptedLoadIsCleanedAtTheNextStart() throws IOException {
        Files.write(data.resolve("images/ingest/t1"), BASE);
        Files.write(data.resolve("images/blobs/sha256").resolve("a".repeat(64)), BASE);
        new ImageStore(data, LIMITS, NO_BUSYBOX);
        assertEquals(List.of(), files());
    }

    @Test
    void aFailingSourceIsNoMalformedArchive() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                return read();
            }
        };
        IOException e = assertThrows(IOException.class, () -> store.load(broken, Progress.NONE));
        assertEquals("connection reset", e.getMessage());
    }
}

package dev.felucca.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.Image;
import dev.felucca.api.image.Progress;
import dev.felucca.api.image.RemoteImages.Pulled;
import dev.felucca.api.image.RemoteImages.Pushed;
import dev.felucca.api.registry.RegistryManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteImagesTest {
    private static final byte[] ONE = Archive.layer("etc/one", "one");
    private static final byte[] TWO = Archive.layer("etc/two", "two");
    private static final String NAME = "reg.example/app:1";

    private final FakeRepository registry = new FakeRepository();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private ImageStore store;

    @BeforeEach
    void open() {
        store = new ImageStore(directory, ImageStoreTest.LIMITS, Path.of("/nonexistent"));
        store.setRegistries(registry);
    }

    @AfterEach
    void nothingIsHalfWritten() throws IOException {
        try (var left = Files.list(directory.resolve("images/ingest"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    private static FakeRepository.Layer one() {
        return new FakeRepository.Layer(Archive.gzip(ONE), ONE);
    }

    private static FakeRepository.Layer two() {
        return new FakeRepository.Layer(Archive.zstd(TWO), TWO);
    }

    private static byte[] content(Image image, int layer, ImageStore of) throws IOException {
        try (InputStream in = of.layer(image.id(), image.layers().get(layer)).open()) {
            return in.readAllBytes();
        }
    }

    @Test
    void anImageIsPulledOnceAndFoundByItsDigest() throws IOException {
        String digest = registry.image("1", "amd64", one(), two());
        Pulled p = store.pull(NAME, null, null, Progress.NONE);
        assertEquals(digest, p.digest());
        assertTrue(p.changed());
        Image image = store.get(NAME);
        assertEquals(image.id(), store.get("reg.example/app@" + digest).id());
        assertEquals(List.of("reg.example/app@" + digest), image.digests());
        assertArrayEquals(ONE, content(image, 0, store));
        assertArrayEquals(TWO, content(image, 1, store));
        registry.fetched.clear();
        assertFalse(store.pull(NAME, null, null, Progress.NONE).changed());
        assertEquals(List.of("1"), registry.fetched);
        assertEquals(
                List.of("Untagged: reg.example/app:1", "Untagged: reg.example/app@" + digest),
                store.remove(NAME, false).subList(0, 2));
        assertThrows(EngineException.class, () -> store.get(image.id()));
    }

    @Test
    void ofAnIndexTheHostsOrTheWantedImageIsTaken() throws IOException {
        String mine = registry.image("m", Platform.host().architecture(), one(), two());
        String other = registry.image("o", "s390x", two());
        String index = registry.manifest(
                "1",
                MediaTypes.INDEX,
                "{\"schemaVersion\":2,\"manifests\":[" + entry(other, "s390x") + ","
                        + entry(mine, Platform.host().architecture()) + "]}");
        registry.fetched.clear();
        Pulled p = store.pull(NAME, null, null, Progress.NONE);
        assertEquals(index, p.digest());
        Image image = store.get(NAME);
        assertEquals(2, image.layers().size());
        assertTrue(
                image.digests().contains("reg.example/app@" + index),
                image.digests().toString());
        assertFalse(registry.fetched.contains(other));
        store.pull(NAME, "linux/s390x", null, Progress.NONE);
        assertEquals("s390x", store.get(NAME).architecture());
        EngineException e =
                assertThrows(EngineException.class, () -> store.pull(NAME, "linux/riscv64", null, Progress.NONE));
        assertTrue(e.message().contains("no image for linux/riscv64, only for"), e.message());
        assertEquals(
                List.of("linux/s390x", "linux/" + Platform.host().architecture()),
                store.remote(NAME, null).platforms());
    }

    private String entry(String digest, String architecture) {
        RegistryManifest m = registry.manifest(digest, 1000);
        String d = FakeRepository.descriptor(m.mediaType(), digest, m.size());
        return d.substring(0, d.length() - 1) + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture
                + "\"}}";
    }

    @Test
    void anImageForAnotherPlatformThanWantedIsRefused() {
        registry.image("1", "s390x", one());
        EngineException e =
                assertThrows(EngineException.class, () -> store.pull(NAME, "linux/riscv64", null, Progress.NONE));
        assertEquals("reg.example/app:1 is an image for linux/s390x, not for linux/riscv64", e.message());
        assertEquals(List.of(), store.list());
    }

    @Test
    void layersThatAreThereAreNotFetched() throws IOException {
        String shared = Digests.of(one().blob);
        String own = Digests.of(two().blob);
        registry.image("1", "amd64", one());
        store.pull(NAME, null, null, Progress.NONE);
        registry.image("2", "amd64", one(), two());
        registry.fetched.clear();
        List<String> said = new ArrayList<>();
        store.pull("reg.example/app:2", null, null, (item, action, done, total) -> said.add(item + " " + action));
        assertFalse(registry.fetched.contains(shared));
        assertTrue(said.contains(Digests.brief(shared) + " Already exists"), said.toString());
        assertTrue(said.contains(Digests.brief(own) + " Pull complete"), said.toString());
    }

    @Test
    void aRegistryThatLiesLeavesNothing() throws IOException {
        String digest = registry.image("1", "amd64", one(), two());
        for (String blob : List.copyOf(registry.blobs.keySet())) {
            byte[] honest = registry.blobs.get(blob);
            byte[] lie = ("no " + blob).getBytes(StandardCharsets.UTF_8);
            registry.blobs.put(blob, lie);
            EngineException e = assertThrows(EngineException.class, () -> store.pull(NAME, null, null, Progress.NONE));
            assertTrue(e.message().contains("has the digest " + Digests.of(lie)), e.message());
            registry.blobs.put(blob, honest == null ? lie : honest);
        }
        assertEquals(List.of(), store.list());
        assertEquals(digest, store.pull(NAME, null, null, Progress.NONE).digest());
    }

    @Test
    void aDiffIdThatIsNotTheLayersIsRefused() {
        registry.image("1", "amd64", new FakeRepository.Layer(Archive.gzip(ONE), TWO));
        EngineException e = assertThrows(EngineException.class, () -> store.pull(NAME, null, null, Progress.NONE));
        assertTrue(e.message().contains("diff id"), e.message());
        assertEquals(List.of(), store.list());
    }

    @Test
    void whatIsNoImageIsRefused() {
        registry.manifest("1", "application/vnd.docker.distribution.manifest.v1+prettyjws", "{}");
        EngineException e = assertThrows(EngineException.class, () -> store.pull(NAME, null, null, Progress.NONE));
        assertTrue(e.message().contains("manifest.v1+prettyjws"), e.message());
        assertThrows(EngineException.class, () -> store.pull("reg.example/app:2", null, null, Progress.NONE));
        assertThrows(EngineException.class, () -> store.pull(NAME, "windows/amd64", null, Progress.NONE));
    }

    @Test
    void aListenerThatGivesUpEndsThePull() {
        registry.image("1", "amd64", one(), two());
        AtomicInteger heard = new AtomicInteger();
        EngineException e = assertThrows(
                EngineException.class,
                () -> store.pull(NAME, null, null, (item, action, done, total) -> {
                    if (heard.incrementAndGet() == 3) {
                        throw EngineException.conflict("gone");
                    }
                }));
        assertEquals("gone", e.message());
        assertEquals(List.of(), store.list());
    }

    @Test
    void whatWasPulledIsPushedWithTheSameDigest() throws IOException {
        String digest = registry.image("1", "amd64", one(), two());
        store.pull(NAME, null, null, Progress.NONE);
        store.tag(NAME, "reg.example/other:2");
        registry.blobs.clear();
        registry.manifests.clear();
        Pushed p = store.push("reg.example/other:2", null, Progress.NONE);
        assertEquals(digest, p.digest());
        assertEquals("2", p.tag());
        assertEquals(3, registry.blobs.size());
        assertEquals(List.of("app", "app"), registry.mounts);
        assertTrue(store.get(NAME).digests().contains("reg.example/other@" + digest));
    }

    @Test
    void whatWasLoadedIsPushedCompressed() throws IOException {
        store.load(Archive.docker("reg.example/app:1", ONE, TWO).stream(), Progress.NONE);
        Pushed p = store.push(NAME, null, Progress.NONE);
        ImageStore other = new ImageStore(directory.resolve("other"), ImageStoreTest.LIMITS, Path.of("/nonexistent"));
        other.setRegistries(registry);
        assertEquals(p.digest(), other.pull(NAME, null, null, Progress.NONE).digest());
        Image image = other.get(NAME);
        assertEquals(store.get(NAME).id(), image.id());
        assertArrayEquals(TWO, content(image, 1, other));
        assertTrue(registry.blobs.values().stream().anyMatch(b -> (b[0] & 0xff) == 0x1f && (b[1] & 0xff) == 0x8b));
        assertEquals(p.digest(), store.push(NAME, null, Progress.NONE).digest());
        EngineException e =
                assertThrows(EngineException.class, () -> store.push("reg.example/app:2", null, Progress.NONE));
        assertTrue(e.message().startsWith("An image does not exist locally with the tag: reg.example/app"));
    }
}

package dev.felucca.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.ImportOptions;
import dev.felucca.api.image.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mutated archives, and a disk that fills up. */
class HostileInputTest {
    private static final byte[] LAYER = Archive.layer("etc/x", "x".repeat(3000));

    @Test
    void mutatedArchivesFailPlainlyOrLoad(@TempDir Path data) throws IOException {
        ImageStore store = new ImageStore(data, ImageStoreTest.LIMITS, Path.of("/nonexistent"));
        Archive.Oci oci = new Archive.Oci();
        byte[] gz = Archive.gzip(LAYER);
        byte[] layout = oci.index(oci.manifest("amd64", MediaTypesTest.TAR + "+gzip", gz, LAYER, ""))
                .tar();
        byte[] docker = Archive.docker("fuzz:1", LAYER).bytes();
        List<byte[]> seeds = List.of(docker, layout, Archive.gzip(docker), Archive.zstd(layout), gz);
        Random random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            byte[] mutant = mutate(seeds.get(i % seeds.size()), random);
            try {
                store.load(new ByteArrayInputStream(mutant), Progress.NONE);
                store.importRootfs(
                        new ByteArrayInputStream(mutant), new ImportOptions(null, "", List.of()), Progress.NONE);
            } catch (EngineException e) {
                assertTrue(
                        e.kind() == EngineException.Kind.INVALID || e.kind() == EngineException.Kind.NOT_FOUND,
                        () -> e.kind() + " " + e.message());
            }
        }
        store.prune(true);
        assertEquals(List.of(), blobsAndTemporaries(data));
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] b = seed.clone();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(b.length);
            switch (random.nextInt(4)) {
                case 0 -> b[at] = (byte) random.nextInt(256);
                case 1 -> b[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> System.arraycopy(b, 0, b, at, Math.min(512, b.length - at));
                default -> b = java.util.Arrays.copyOf(b, at + 1);
            }
        }
        return b;
    }

    private static List<String> blobsAndTemporaries(Path data) throws IOException {
        try (Stream<Path> s = Files.walk(data.resolve("images"))) {
            return s.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .filter(p -> p.contains("/blobs/") || p.contains("/ingest/"))
                    .toList();
        }
    }

    @Test
    void aFullDiskIsSaidAndLeavesNothing(@TempDir Path mount) throws Exception {
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=8m", "felucca-image-test", mount.toString()) == 0,
                "cannot mount a tmpfs here: needs root");
        try {
            ImageStore store = new ImageStore(mount, ImageStoreTest.LIMITS, Path.of("/nonexistent"));
            byte[] noise = new byte[9 << 20];
            new Random(2).nextBytes(noise);
            byte[] big = new Archive().file("noise", noise).bytes();
            EngineException e = assertThrows(
                    EngineException.class, () -> store.load(Archive.docker("big:1", big).stream(), Progress.NONE));
            assertEquals(EngineException.Kind.KERNEL, e.kind());
            assertTrue(e.message().contains("No space left on device"), e.message());
            assertEquals(List.of(), blobsAndTemporaries(mount));
            store.load(Archive.docker("small:1", LAYER).stream(), Progress.NONE);
            // Not even a reference can be written on a disk without a free page; the state stays as it was.
            Path filler = mount.resolve("filler");
            try (var out = Files.newOutputStream(filler)) {
                assertThrows(IOException.class, () -> out.write(noise));
            }
            EngineException t = assertThrows(EngineException.class, () -> store.tag("small:1", "other:1"));
            assertEquals(EngineException.Kind.KERNEL, t.kind());
            Files.delete(filler);
            assertEquals(List.of("small:1"), store.get("small:1").tags());
            store.tag("small:1", "other:1");
        } finally {
            assertEquals(0, run("umount", mount.toString()));
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}

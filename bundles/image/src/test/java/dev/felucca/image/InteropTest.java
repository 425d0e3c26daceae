package dev.felucca.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.felucca.api.image.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What skopeo reads of ours, and what it writes. */
class InteropTest {
    @Test
    void skopeoReadsAndWritesWhatWeDo(@TempDir Path dir) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
        ImageStore store = new ImageStore(dir.resolve("data"), ImageStoreTest.LIMITS, Path.of("/nonexistent"));
        byte[] layer = Archive.layer("etc/x", "x");
        store.load(Archive.docker("app:1", layer, Archive.layer("etc/y", "y")).stream(), Progress.NONE);
        String id = store.get("app:1").id();
        Path saved = dir.resolve("saved.tar");
        try (OutputStream out = Files.newOutputStream(saved)) {
            store.save(List.of("app:1"), out);
        }
        skopeo("copy", "docker-archive:" + saved, "docker-archive:" + dir.resolve("d.tar") + ":app:2");
        skopeo("copy", "oci-archive:" + saved + ":1", "oci:" + dir.resolve("o") + ":app:3");
        skopeo(
                "copy",
                "--dest-compress-format",
                "zstd",
                "docker-archive:" + saved,
                "oci-archive:" + dir.resolve("o.tar") + ":app:4");
        skopeo("copy", "--format", "v2s2", "docker-archive:" + saved, "dir:" + dir.resolve("v2s2"));
        assertEquals(List.of("Loaded image: app:2"), store.load(dir.resolve("d.tar"), Progress.NONE));
        assertEquals(List.of("Loaded image: app:3"), store.load(dir.resolve("o"), Progress.NONE));
        ImageStore other = new ImageStore(dir.resolve("other"), ImageStoreTest.LIMITS, Path.of("/nonexistent"));
        assertEquals(List.of("Loaded image: app:4"), other.load(dir.resolve("o.tar"), Progress.NONE));
        assertEquals(id, store.get("app:2").id());
        assertEquals(store.get("app:3").layers(), other.get("app:4").layers());
    }

    private static void skopeo(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("skopeo", "--insecure-policy"));
        command.addAll(List.of(arguments));
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, p.waitFor(), String.join(" ", command) + ": " + out);
    }
}

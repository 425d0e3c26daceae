package dev.felucca.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.image.Image;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBusyboxTest {
    private static ImageStore open(Path data, Path busybox) {
        return new ImageStore(data, ImageStoreTest.LIMITS, busybox);
    }

    private static void assumeBusybox() throws IOException {
        Assumptions.assumeTrue(
                Files.exists(EmbeddedBusybox.HOST) && Elf.isStatic(EmbeddedBusybox.HOST),
                "busybox-static is not installed");
    }

    @Test
    void aNewStoreHasItAndTheSameIdEverywhere(@TempDir Path a, @TempDir Path b) throws IOException {
        assumeBusybox();
        ImageStore store = open(a, EmbeddedBusybox.HOST);
        Image image = store.get("busybox");
        assertEquals(List.of("sh"), image.config().cmd());
        assertEquals(image.id(), open(b, EmbeddedBusybox.HOST).get("busybox").id());
        Map<String, TarReader.Entry> entries = new HashMap<>();
        try (InputStream in = store.layer(image.id(), image.layers().get(0)).open()) {
            TarReader tar = new TarReader(in, "busybox");
            for (TarReader.Entry e = tar.next(); e != null; e = tar.next()) {
                entries.put(e.name(), e);
            }
        }
        for (String applet : List.of("sh", "ls", "echo", "true", "cat")) {
            assertEquals(new TarReader.Entry("bin/" + applet, '1', "bin/busybox", 0), entries.get("bin/" + applet));
        }
        assertTrue(entries.keySet().containsAll(List.of("tmp/", "root/", "var/", "etc/passwd", "etc/group")));
    }

    @Test
    void aRemovedOneDoesNotComeBack(@TempDir Path data) throws IOException {
        assumeBusybox();
        open(data, EmbeddedBusybox.HOST).remove("busybox", false);
        assertEquals(List.of(), open(data, EmbeddedBusybox.HOST).list());
    }

    @Test
    void aDynamicOrMissingOneMakesNoneUntilThereIsAStatic(@TempDir Path data) throws IOException {
        assertEquals(List.of(), open(data, Path.of("/bin/cat")).list());
        assertEquals(List.of(), open(data, Path.of("/nonexistent")).list());
        assumeBusybox();
        assertEquals(1, open(data, EmbeddedBusybox.HOST).list().size());
    }
}

package dev.felucca.storage.aufs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.storage.LayerSource;
import dev.felucca.contracts.storage.LayerBuilder;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.layer.RootDirectory;
import dev.felucca.door.layer.Whiteouts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers in aufs's form; no aufs is needed to make them. */
class AufsLayersTest {
    @TempDir
    Path dir;

    @BeforeEach
    void needsRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    }

    private void unpack(String name, LayerSource content, String... below) {
        try (Fd fd = Descriptors.open(dir.toString(), Descriptors.O_RDONLY | Descriptors.O_DIRECTORY)) {
            RootDirectory.unpack(
                    fd,
                    name,
                    content,
                    Whiteouts.AUFS,
                    Stream.of(below).map(dir::resolve).toList());
        }
    }

    private List<String> tree(String name) throws IOException {
        Path root = dir.resolve(name);
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(p -> !p.equals(root))
                    .map(p -> root.relativize(p).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void whiteoutsAndOpaqueDirectories() throws IOException {
        unpack(
                "1",
                new LayerBuilder()
                        .dir("etc")
                        .file("etc/a", "1")
                        .dir("opt")
                        .file("opt/old", "1")
                        .source());
        unpack(
                "2",
                new LayerBuilder()
                        .file("etc/.wh.a", "")
                        .dir("opt")
                        .file("opt/.wh..wh..opq", "")
                        .file("opt/new", "2")
                        .source(),
                "1");
        assertEquals(List.of("etc", "etc/.wh.a", "opt", "opt/.wh..wh..opq", "opt/new"), tree("2"));
        assertEquals(0, Files.size(dir.resolve("2/etc/.wh.a")));
    }

    @Test
    void deletedAndMadeAnewIsOpaqueAndNotDeleted() throws IOException {
        unpack("1", new LayerBuilder().dir("d").file("d/x", "1").file("f", "1").source());
        unpack(
                "2",
                new LayerBuilder()
                        .file(".wh.d", "")
                        .dir("d")
                        .file("d/y", "2")
                        .file(".wh.f", "")
                        .file("f", "2")
                        .source(),
                "1");
        assertEquals(List.of("d", "d/.wh..wh..opq", "d/y", "f"), tree("2"));
    }

    @Test
    void aHardLinkDoesNotReachWhatALayerBetweenHasDeleted() throws IOException {
        unpack("1", new LayerBuilder().dir("d").file("d/x", "one").source());
        unpack("2", new LayerBuilder().dir("d").file("d/.wh.x", "").source(), "1");
        unpack("3", new LayerBuilder().dir("d").hardLink("d/y", "d/x").source(), "1");
        assertEquals("one", Files.readString(dir.resolve("3/d/y")));
        assertThrows(
                EngineException.class,
                () -> unpack(
                        "4", new LayerBuilder().dir("d").hardLink("d/y", "d/x").source(), "2", "1"));
    }
}

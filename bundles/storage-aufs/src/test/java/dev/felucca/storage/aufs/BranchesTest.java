package dev.felucca.storage.aufs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.felucca.api.EngineException;
import dev.felucca.api.EngineRoots;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.storage.MountSpec.Option;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the driver emits, and what it says where there is no aufs. */
class BranchesTest {
    @TempDir
    Path dir;

    private record Roots(Path dataRoot, Path runRoot) implements EngineRoots {}

    @Test
    void aWritableBranchAboveReadOnlyOnes() {
        MountSpec spec =
                Branches.writable(Path.of("/d/c/rw"), List.of(Path.of("/d/l2"), Path.of("/d/l1")), Path.of("/d/c"));
        assertEquals(
                new MountSpec(
                        "aufs",
                        "none",
                        List.of(
                                new Option("br", "/d/c/rw=rw"),
                                new Option("br", "/d/l2=ro+wh"),
                                new Option("br", "/d/l1=ro+wh"),
                                new Option("dio", null),
                                new Option("xino", "/d/c/xino")),
                        false),
                spec);
        MountSpec look = Branches.readOnly(Path.of("/d/c/rw"), List.of(Path.of("/d/l1")), Path.of("/d/c"));
        assertTrue(look.readOnly());
        assertEquals("/d/c/rw=ro+wh", look.options().get(0).value());
    }

    @Test
    void pathsThatCannotBeSaidAreRefused() {
        for (String bad : List.of("/a:b", "/a,b", "/a=b")) {
            EngineException e = assertThrows(
                    EngineException.class, () -> Branches.writable(Path.of(bad), List.of(), Path.of("/d")));
            assertEquals(EngineException.Kind.UNSUPPORTED, e.kind());
        }
    }

    @Test
    void aKernelWithoutAufsIsNamed() {
        assumeFalse(AufsProbe.missing().isEmpty(), "this kernel has aufs");
        AufsDriver driver = new AufsDriver(new Roots(dir, dir));
        assertTrue(String.valueOf(driver.status().get(Driver.UNAVAILABLE)).contains("no aufs"));
        for (Runnable call : List.<Runnable>of(driver::probe, () -> driver.create("c", null))) {
            EngineException e = assertThrows(EngineException.class, call::run);
            assertEquals(EngineException.Kind.UNSUPPORTED, e.kind());
            assertTrue(e.message().contains("aufs"), e.message());
        }
        assertFalse(driver.hasLayer("sha256:aa"));
        assertEquals(List.of(), driver.containers());
    }
}

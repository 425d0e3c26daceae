package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The drivers as their user sees them, and the self-check of this host. */
class DriversIT {
    @Test
    void theSelfCheckTriesEveryCombination() throws Exception {
        try (TestEngine engine = new TestEngine()) {
            String said = engine.felucca("drivers", "test").ok();
            List<String> rows =
                    said.lines().filter(l -> l.contains(" passed in ")).toList();
            for (String storage : List.of("overlay", "vfs"))
                for (String namespace : List.of("clone", "setns"))
                    for (String runtime : List.of("inprocess", "native", "runc", "crun"))
                        assertEquals(1, count(rows, storage, "raw", namespace, runtime), said);
            assertTrue(said.endsWith(rows.size() + " passed, 0 failed, 0 not possible here\n"), said);
            assertEquals("", engine.felucca("ps", "-aq").ok());
            assertEquals(List.of(), engine.left());
        }
    }

    @Test
    void aBackendIsTheDefaultIfItHasTheDefaultRuntime() throws Exception {
        try (TestEngine engine = new TestEngine()) {
            engine.felucca("create", "--runtime", "native", "--network", "none", "--name", "nn", "busybox", "true")
                    .ok();
            String listed = engine.felucca("drivers", "--format", "{{.Kind}} {{.Name}} {{.Containers}}")
                    .ok();
            assertTrue(listed.contains("exec shim 1\n"), listed);
            String defaults = engine.felucca("drivers", "--format", "{{.Kind}} {{.Default}}")
                    .ok();
            assertEquals(1, defaults.lines().filter("exec yes"::equals).count(), defaults);
            engine.felucca("rm", "nn").ok();
            assertEquals(List.of(), engine.left());
        }
    }

    private static String jar(String module, String name) throws IOException {
        try (Stream<Path> built = Files.list(Path.of("../bundles", module, "target"))) {
            return built.filter(
                            p -> p.getFileName().toString().matches(Pattern.quote(name) + "-[^-]*(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow()
                    .toAbsolutePath()
                    .toString();
        }
    }

    /** Hardly any kernel has all of what the drivers of one bundle want. */
    @Test
    void aBundleIsUpdatedThoughOneOfItsDriversCannotWorkHere() throws Exception {
        try (TestEngine engine = new TestEngine()) {
            String format = "{{.Name}} {{.State}}";
            String before = engine.felucca("drivers", "--format", format).ok();
            assertTrue(before.contains("macvlan active\n"), before);
            String said = engine.felucca("drivers", "update", jar("network-macvlan", "dev.felucca.network.macvlan"))
                    .ok();
            assertTrue(said.contains("ipvlan") && said.contains("macvlan"), said);
            assertEquals(before, engine.felucca("drivers", "--format", format).ok());
            engine.felucca("drivers", "update", jar("image", "dev.felucca.image"))
                    .fails(1, "dev.felucca.image", "a restart of the engine");
        }
    }

    @Test
    void whatIsNoSubcommandIsRefused() throws Exception {
        try (TestEngine engine = new TestEngine()) {
            engine.felucca("drivers", "tst").fails(1, "there are `felucca drivers`");
            engine.felucca("drivers", "--format", "json", "test").fails(1, "has no --format");
        }
    }

    private static long count(List<String> rows, String... words) {
        return rows.stream()
                .filter(r -> Stream.of(words).allMatch(List.of(r.split(" +"))::contains))
                .count();
    }
}

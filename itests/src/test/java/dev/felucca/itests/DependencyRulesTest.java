package dev.felucca.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Constants;

/**
 * Who may use whom, over the manifests of the shipped bundles: shell, core and image use the api; drivers use the api and the
 * door; shell and docker-api share the JSON of Docker's API; only execution backends use the init plan; nobody uses core, and no driver another one.
 */
class DependencyRulesTest {
    private static final List<String> DRIVERS = List.of("storage.", "cgroup.", "namespace.", "exec.", "network.");

    /** One of our bundles: the packages that it imports and exports. */
    private record Module(String name, Set<String> imports, Set<String> exports) {
        boolean isDriver() {
            return DRIVERS.stream().anyMatch(name::startsWith);
        }

        /** Imports of our own packages, but for those that the bundle exports itself. */
        List<String> oursImported() {
            return imports.stream()
                    .filter(p -> p.startsWith("dev.felucca.") && !exports.contains(p))
                    .toList();
        }
    }

    private static final Map<String, Module> MODULES = new TreeMap<>();

    @BeforeAll
    static void readManifests() throws IOException {
        assumeTrue(
                Files.isDirectory(FeluccaOptions.BUNDLES),
                "the bundles are not exported yet: cnf does that in the phase package");
        for (Path jar : FeluccaOptions.bundles()) {
            if (!String.valueOf(jar.getFileName()).startsWith("dev.felucca.")) {
                continue;
            }
            try (JarFile file = new JarFile(jar.toFile())) {
                var headers = file.getManifest().getMainAttributes();
                String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME).substring("dev.felucca.".length());
                MODULES.put(
                        name,
                        new Module(
                                name,
                                packages(headers.getValue(Constants.IMPORT_PACKAGE)),
                                packages(headers.getValue(Constants.EXPORT_PACKAGE))));
            }
        }
    }

    /** The package names of a header: clauses separated by commas outside of quotes, paths by semicolons before attributes. */
    private static Set<String> packages(@org.jspecify.annotations.Nullable String header) {
        Set<String> names = new TreeSet<>();
        if (header == null) {
            return names;
        }
        for (String clause : header.replaceAll("\"[^\"]*\"", "").split(",")) {
            for (String part : clause.split(";")) {
                if (!part.contains("=")) {
                    names.add(part.strip());
                }
            }
        }
        return names;
    }

    private static Stream<Module> modules() {
        return MODULES.values().stream();
    }

    private static void assertOnly(Stream<Module> modules, String... allowed) {
        List<String> wrong = new ArrayList<>();
        modules.forEach(m -> m.oursImported().stream()
                .filter(p -> Stream.of(allowed).noneMatch(a -> p.equals(a) || p.startsWith(a + ".")))
                .forEach(p -> wrong.add(m.name() + " imports " + p)));
        assertEquals(List.of(), wrong);
    }

    @Test
    void theShippedBundlesAreHere() {
        for (String name : List.of("api", "core", "door", "image", "initplan", "shell")) {
            assertTrue(MODULES.containsKey(name), () -> name + " is missing in " + MODULES.keySet());
        }
        assertTrue(modules().anyMatch(Module::isDriver));
    }

    @Test
    void theApiUsesNothingOfOurs() {
        assertOnly(modules().filter(m -> m.name().equals("api")), "dev.felucca.api");
    }

    @Test
    void coreAndImageUseTheApi() {
        Set<String> names = Set.of("core", "image", "json");
        assertOnly(modules().filter(m -> names.contains(m.name())), "dev.felucca.api");
    }

    @Test
    void theDoorsForPeopleShareTheJson() {
        Set<String> names = Set.of("shell", "docker");
        assertOnly(modules().filter(m -> names.contains(m.name())), "dev.felucca.api", "dev.felucca.json");
    }

    @Test
    void driversUseTheApiAndTheDoor() {
        assertOnly(
                modules().filter(m -> m.isDriver() && !m.name().startsWith("exec.")),
                "dev.felucca.api",
                "dev.felucca.door");
    }

    @Test
    void executionBackendsUseTheInitPlanToo() {
        assertOnly(
                modules().filter(m -> m.name().startsWith("exec.")),
                "dev.felucca.api",
                "dev.felucca.door",
                "dev.felucca.initplan");
    }

    @Test
    void theInitPlanUsesTheApiAndTheDoor() {
        assertOnly(modules().filter(m -> m.name().equals("initplan")), "dev.felucca.api", "dev.felucca.door");
    }

    @Test
    void theDoorUsesTheApi() {
        assertOnly(modules().filter(m -> m.name().equals("door")), "dev.felucca.api");
    }

    @Test
    void coreAndDriversExportNothing() {
        modules()
                .filter(m -> m.isDriver() || m.name().equals("core"))
                .forEach(m -> assertEquals(Set.of(), m.exports(), m.name()));
    }

    @Test
    void noOneShowsTypesOfJnr() {
        modules()
                .filter(m -> !m.name().equals("jnr.asm"))
                .forEach(m -> assertFalse(
                        m.exports().stream().anyMatch(p -> p.startsWith("jnr.") || p.startsWith("com.kenai.")),
                        m.name()));
        modules()
                .filter(m -> !m.name().equals("door") && !m.name().equals("jnr.asm"))
                .forEach(m -> assertFalse(
                        m.imports().stream().anyMatch(p -> p.startsWith("jnr.") || p.startsWith("com.kenai.")),
                        m.name()));
    }
}

package dev.felucca.itests;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.cleanCaches;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemPackage;
import static org.ops4j.pax.exam.CoreOptions.workingDirectory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;

/** The shipped bundles on roots of their own. */
final class FeluccaOptions {
    /** Where the bundles lie that cnf/felucca.bndrun names. */
    static final Path BUNDLES = Path.of(System.getProperty("felucca.bundles", "../cnf/target/export/felucca"));
    /** Framework property: the directory that holds both roots. */
    static final String BASE = "felucca.it.base";

    private static final List<String> LOG_PACKAGES =
            List.of("org.slf4j", "org.slf4j.event", "org.slf4j.helpers", "org.slf4j.spi");
    /** As in cnf/base.bnd. */
    private static final List<String> SYSTEM_PACKAGES = List.of(
            "org.osgi.service.cm;version=1.6.1",
            "org.osgi.service.component;version=1.5.1",
            "org.osgi.service.component.runtime;version=1.5.0",
            "org.osgi.service.component.runtime.dto;version=1.5.0",
            "org.osgi.util.promise;version=1.3.0",
            "org.osgi.util.function;version=1.2.0",
            "jdk.net",
            "sun.misc");

    private FeluccaOptions() {}

    static Option[] engine(Roots roots) {
        List<Option> options = new ArrayList<>();
        options.add(workingDirectory(roots.base().resolve("paxexam").toString()));
        options.add(cleanCaches(true));
        for (String p : LOG_PACKAGES) {
            options.add(systemPackage(p + ";version=2.0.17"));
            options.add(systemPackage(p + ";version=1.7.36")); // Pax Exam's own bundles ask for [1.4,2)
        }
        SYSTEM_PACKAGES.forEach(p -> options.add(systemPackage(p)));
        options.add(frameworkProperty("org.osgi.framework.bsnversion").value("multiple"));
        options.add(frameworkProperty("felucca.data.root").value(roots.data().toString()));
        options.add(frameworkProperty("felucca.run.root").value(roots.run().toString()));
        options.add(frameworkProperty(BASE).value(roots.base().toString()));
        for (Path jar : bundles()) {
            var b = bundle("reference:" + jar.toUri());
            String name = String.valueOf(jar.getFileName());
            boolean fragment = name.startsWith("jffi-") && name.endsWith("-native.jar");
            options.add(fragment ? b.noStart() : b);
        }
        options.add(junitBundles());
        return options.toArray(Option[]::new);
    }

    static List<Path> bundles() {
        try (Stream<Path> files = Files.list(BUNDLES)) {
            return files.filter(f -> f.toString().endsWith(".jar"))
                    .map(f -> f.toAbsolutePath().normalize())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The shipped bundle whose symbolic name is dev.felucca. and this. */
    static Path bundleOf(String name) {
        return bundles().stream()
                .filter(f -> String.valueOf(f.getFileName()).startsWith("dev.felucca." + name + "-"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + name + " in " + BUNDLES));
    }
}

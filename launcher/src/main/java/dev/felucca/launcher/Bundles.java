package dev.felucca.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what is installed in the framework equal to the shipped bundles, and starts it. Start levels order the start, and
 * the stop in reverse: the shell closes before the containers end, and those end before the drivers that they need.
 */
final class Bundles {
    private static final Logger log = LoggerFactory.getLogger(Bundles.class);

    /** The framework's services (components, configuration, events, Gogo) come up before what uses them. */
    static final int SERVICES = 1;

    /** That of the project's bundles without a level of their own, such as drivers. The configuration is in place when they start. */
    static final int ENGINE = 10;

    /** That of the last ones. */
    static final int ALL = 30;

    /** The manifest header by which a bundle of the project asks for a level of its own, from 2 to {@link #ALL}. */
    static final String START_LEVEL = "Felucca-Start-Level";

    private final BundleContext context;

    Bundles(BundleContext context) {
        this.context = context;
    }

    /** Installs the jars of a folder by reference; what else is installed goes. */
    void install(Path folder) throws LaunchException {
        Map<String, Path> wanted = new HashMap<>();
        for (Path jar : jars(folder)) wanted.put("reference:" + jar.toUri(), jar);
        if (wanted.isEmpty())
            throw new LaunchException(
                    "there are no bundles in " + folder + "; build the project with launcher/setup build");
        try {
            // first, or a moved jar clashes with its old self (same name and version)
            for (Bundle b : context.getBundles())
                if (b.getBundleId() != 0 && !wanted.containsKey(b.getLocation())) remove(b);
            for (var entry : wanted.entrySet()) install(entry.getKey(), entry.getValue());
        } catch (BundleException | IOException e) {
            throw new LaunchException("cannot install the bundles of " + folder + ": " + e.getMessage(), e);
        }
    }

    /** What is no longer shipped, or was installed into the running engine. */
    private static void remove(Bundle b) throws BundleException {
        if (!b.getLocation().startsWith("reference:"))
            log.warn(
                    "{} {} from {} was installed into the running engine and ends with it; the shipped bundles are used"
                            + " again",
                    b.getSymbolicName(),
                    b.getVersion(),
                    b.getLocation());
        b.uninstall();
    }

    private void install(String location, Path jar) throws BundleException, IOException, LaunchException {
        Bundle b = context.getBundle(location);
        if (b == null) b = context.installBundle(location);
        else if (b.getLastModified() < Files.getLastModifiedTime(jar).toMillis()) b.update();
        b.adapt(BundleStartLevel.class).setStartLevel(level(b, jar));
        if (!isFragment(b)) b.start(Bundle.START_ACTIVATION_POLICY); // marks it; the start level does it
    }

    private static int level(Bundle b, Path jar) throws LaunchException {
        if (!jar.getFileName().toString().startsWith("dev.felucca.")) return SERVICES;
        String wanted = b.getHeaders("").get(START_LEVEL);
        if (wanted == null) return ENGINE;
        if (!wanted.matches("[0-9]{1,4}") || Integer.parseInt(wanted) <= SERVICES || Integer.parseInt(wanted) > ALL)
            throw new LaunchException(
                    jar + ": " + START_LEVEL + " is \"" + wanted + "\": a number from 2 to " + ALL + " is wanted");
        return Integer.parseInt(wanted);
    }

    private static List<Path> jars(Path folder) throws LaunchException {
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw new LaunchException("cannot read " + folder + ": " + e, e);
        }
    }

    /** Names the first bundle that should run and does not. */
    void verify(Map<Long, Throwable> failures) throws LaunchException {
        for (Bundle b : context.getBundles()) {
            if (b.getState() == Bundle.ACTIVE || b.getState() == Bundle.STARTING || isFragment(b)) continue;
            Throwable why = failures.get(b.getBundleId());
            throw new LaunchException(
                    "bundle " + b.getSymbolicName() + " " + b.getVersion() + " does not start: "
                            + (why == null ? "no reason was given" : LaunchException.reason(why)),
                    why == null ? new IllegalStateException("state " + b.getState()) : why);
        }
    }

    private static boolean isFragment(Bundle b) {
        BundleRevision revision = b.adapt(BundleRevision.class);
        return revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }
}

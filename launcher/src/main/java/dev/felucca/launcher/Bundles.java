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

/** Makes what is installed in the framework equal to the shipped bundles, and starts it. */
final class Bundles {
    /** The framework's services (components, configuration, events, Gogo) come up before what uses them. */
    static final int SERVICES = 1;

    /** Configuration is in place when these start. */
    static final int ENGINE = 10;

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
                if (b.getBundleId() != 0 && !wanted.containsKey(b.getLocation())) b.uninstall();
            for (var entry : wanted.entrySet()) install(entry.getKey(), entry.getValue());
        } catch (BundleException | IOException e) {
            throw new LaunchException("cannot install the bundles of " + folder + ": " + e.getMessage(), e);
        }
    }

    private void install(String location, Path jar) throws BundleException, IOException {
        Bundle b = context.getBundle(location);
        if (b == null) {
            b = context.installBundle(location);
            boolean ours = jar.getFileName().toString().startsWith("dev.felucca.");
            b.adapt(BundleStartLevel.class).setStartLevel(ours ? ENGINE : SERVICES);
        } else if (b.getLastModified() < Files.getLastModifiedTime(jar).toMillis()) {
            b.update();
        }
        if (!isFragment(b)) b.start(Bundle.START_ACTIVATION_POLICY); // marks it; the start level does it
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

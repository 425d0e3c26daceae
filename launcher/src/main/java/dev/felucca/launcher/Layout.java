package dev.felucca.launcher;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where things are.
 *
 * @param home the project's or installation's folder, which holds {@code cnf} and {@code launcher}
 * @param data what must survive a reboot (FELUCCA_DATA_ROOT, default /var/lib/felucca)
 * @param run what need not (FELUCCA_RUN_ROOT, default /run/felucca)
 * @param config the configuration file (FELUCCA_CONFIG, default /etc/felucca/felucca.json)
 * @param configRequired whether it was named, so that its absence is an error
 */
record Layout(Path home, Path data, Path run, Path config, boolean configRequired) {

    static Layout of(Map<String, String> environment, Path launcherJar) throws LaunchException {
        Path target = launcherJar.toAbsolutePath().getParent();
        Path module = target == null ? null : target.getParent();
        Path home = module == null ? null : module.getParent();
        if (home == null)
            throw new LaunchException(launcherJar + " does not lie in launcher/target of an installation");
        String config = environment.getOrDefault("FELUCCA_CONFIG", "");
        return new Layout(
                home,
                root(environment, "FELUCCA_DATA_ROOT", "/var/lib/felucca"),
                root(environment, "FELUCCA_RUN_ROOT", "/run/felucca"),
                Path.of(config.isEmpty() ? "/etc/felucca/felucca.json" : config).toAbsolutePath(),
                !config.isEmpty());
    }

    private static Path root(Map<String, String> environment, String name, String otherwise) throws LaunchException {
        String value = environment.getOrDefault(name, "");
        if (value.isEmpty()) return Path.of(otherwise);
        Path path = Path.of(value);
        if (!path.isAbsolute()) throw new LaunchException(name + " is \"" + value + "\", which is no absolute path");
        return path.normalize();
    }

    /** The bundles that are installed. */
    Path bundles() {
        return home.resolve("cnf/target/export/felucca");
    }

    /** The framework's own storage. */
    Path frameworkStorage() {
        return data.resolve("osgi");
    }

    Path log() {
        return data.resolve("felucca.log");
    }

    Path pidFile() {
        return run.resolve("felucca.pid");
    }

    /** Locked by the one engine that may use the data root. */
    Path dataLock() {
        return data.resolve("felucca.lock");
    }
}

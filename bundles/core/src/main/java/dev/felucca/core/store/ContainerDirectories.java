package dev.felucca.core.store;

import dev.felucca.api.EngineRoots;
import java.nio.file.Path;

/** The only place where paths below {@code <data root>/containers} are built. */
public final class ContainerDirectories {
    private final Path containers;

    public ContainerDirectories(EngineRoots roots) {
        containers = roots.dataRoot().resolve("containers");
    }

    Path all() {
        return containers;
    }

    public Path of(String id) {
        return containers.resolve(id);
    }

    Path config(String id) {
        return of(id).resolve("config.json");
    }

    public Path log(String id) {
        return of(id).resolve(id + "-json.log");
    }

    public Path hostname(String id) {
        return of(id).resolve("hostname");
    }

    public Path hosts(String id) {
        return of(id).resolve("hosts");
    }

    public Path resolvConf(String id) {
        return of(id).resolve("resolv.conf");
    }
}

package dev.felucca.exec.shim;

import dev.felucca.api.EngineRoots;
import dev.felucca.door.BaseNamespace;
import dev.felucca.door.Fd;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.services.HandlesComponent;
import dev.felucca.door.services.MonitorComponent;
import dev.felucca.door.services.PumpComponent;
import dev.felucca.door.services.ShimsComponent;
import dev.felucca.door.services.SpawnerComponent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The door's services, one set for all tests, and a new backend object at each call, as after an update of the bundle. */
final class TestBackend {
    static final Path RUN = runRoot();

    private static final HandlesComponent HANDLES = new HandlesComponent();
    private static final MonitorComponent MONITOR = new MonitorComponent();
    private static final PumpComponent PUMP = new PumpComponent();
    private static final BaseNamespace BASE = new BaseNamespace() {
        private final Fd fd = Namespaces.create(NamespaceType.MOUNT);

        @Override
        public Fd fd() {
            return fd;
        }

        @Override
        public void prune(List<Path> roots) {}
    };
    private static final SpawnerComponent SPAWNER = new SpawnerComponent(BASE);
    private static final ShimsComponent SHIMS = new ShimsComponent(SPAWNER, MONITOR);

    static {
        java.lang.Runtime.getRuntime().addShutdownHook(new Thread(SHIMS::close));
    }

    private TestBackend() {}

    private static Path runRoot() {
        String given = System.getProperty("felucca.test.run");
        try {
            return given == null ? Files.createTempDirectory("felucca-run") : Path.of(given);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void awaitSpares() {
        SPAWNER.awaitFull();
        SHIMS.awaitFull();
    }

    static ShimBackend create(OciDefinition... configured) {
        EngineRoots roots = new EngineRoots() {
            @Override
            public Path dataRoot() {
                return RUN;
            }

            @Override
            public Path runRoot() {
                return RUN;
            }
        };
        return new ShimBackend(
                roots,
                HANDLES,
                MONITOR,
                PUMP,
                SPAWNER,
                SHIMS,
                Stream.of(configured).map(ConfiguredRuntime::new).toList());
    }
}

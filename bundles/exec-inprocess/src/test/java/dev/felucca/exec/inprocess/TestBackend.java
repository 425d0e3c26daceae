package dev.felucca.exec.inprocess;

import dev.felucca.door.BaseNamespace;
import dev.felucca.door.Fd;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.services.HandlesComponent;
import dev.felucca.door.services.MonitorComponent;
import dev.felucca.door.services.PumpComponent;
import dev.felucca.door.services.SpawnerComponent;
import java.nio.file.Path;
import java.util.List;

/** The door's services, one set for all tests, and a new backend object at each call, as after an update of the bundle. */
final class TestBackend {
    private static final HandlesComponent HANDLES = new HandlesComponent();
    private static final MonitorComponent MONITOR = new MonitorComponent();
    private static final PumpComponent PUMP = new PumpComponent();
    static final BaseNamespace BASE = new BaseNamespace() {
        private final Fd fd = Namespaces.create(NamespaceType.MOUNT);

        @Override
        public Fd fd() {
            return fd;
        }

        @Override
        public void prune(List<Path> roots) {}
    };
    private static final SpawnerComponent SPAWNER = new SpawnerComponent(BASE);

    private TestBackend() {}

    static void awaitSpares() {
        SPAWNER.awaitFull();
    }

    static InProcessBackend create() {
        return new InProcessBackend(HANDLES, MONITOR, PUMP, SPAWNER);
    }
}

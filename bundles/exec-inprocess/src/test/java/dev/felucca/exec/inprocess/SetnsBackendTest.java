package dev.felucca.exec.inprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.felucca.api.EngineRoots;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.Spec;
import dev.felucca.contracts.exec.ContainerSecurityContract;
import dev.felucca.contracts.exec.ContainerViewContract;
import dev.felucca.contracts.exec.ExecutionBackendContract;
import dev.felucca.door.Mounts;
import dev.felucca.namespace.setns.SetnsNamespaces;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The suites with namespaces that were made ahead and pinned. */
class SetnsBackendTest {
    @TempDir
    private static Path run;

    private static NamespaceStrategy strategy() {
        return new SetnsNamespaces(
                new EngineRoots() {
                    @Override
                    public Path dataRoot() {
                        return run;
                    }

                    @Override
                    public Path runRoot() {
                        return run;
                    }
                },
                TestBackend.BASE);
    }

    @BeforeAll
    static void makePrivate() {
        Mounts.mount(run.toString(), run.toString(), null, Mounts.MS_BIND, null);
        Mounts.mount(null, run.toString(), null, Mounts.MS_PRIVATE, null);
    }

    @AfterAll
    static void unmount() {
        assertEquals(List.of(), strategy().containers());
        Mounts.umount2(run.toString(), 0);
    }

    private static Spec prepared(String id, Spec spec) {
        EnumSet<LinuxNamespaceType> types = EnumSet.copyOf(
                spec.linux().namespaces().stream().map(LinuxNamespace::type).collect(Collectors.toSet()));
        NamespaceRequest request = new NamespaceRequest(id, types, Map.of(), Map.of());
        return spec.withLinux(
                spec.linux().toBuilder().namespaces(strategy().prepare(request)).build());
    }

    @Nested
    class Life extends ExecutionBackendContract {
        @Override
        protected ExecutionBackend backend() {
            return TestBackend.create();
        }

        @Override
        protected void awaitSpares() {
            TestBackend.awaitSpares();
        }

        @Override
        protected Spec prepare(String containerId, Spec spec) {
            return prepared(containerId, spec);
        }

        @Override
        protected void release(String containerId) {
            strategy().release(containerId);
        }
    }

    @Nested
    class View extends ContainerViewContract {
        @Override
        protected ExecutionBackend backend() {
            return TestBackend.create();
        }

        @Override
        protected void awaitSpares() {
            TestBackend.awaitSpares();
        }

        @Override
        protected Spec prepare(String containerId, Spec spec) {
            return prepared(containerId, spec);
        }

        @Override
        protected void release(String containerId) {
            strategy().release(containerId);
        }
    }

    @Nested
    class Security extends ContainerSecurityContract {
        @Override
        protected ExecutionBackend backend() {
            return TestBackend.create();
        }

        @Override
        protected void awaitSpares() {
            TestBackend.awaitSpares();
        }

        @Override
        protected Spec prepare(String containerId, Spec spec) {
            return prepared(containerId, spec);
        }

        @Override
        protected void release(String containerId) {
            strategy().release(containerId);
        }
    }
}

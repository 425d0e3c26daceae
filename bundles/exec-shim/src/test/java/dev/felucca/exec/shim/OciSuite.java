package dev.felucca.exec.shim;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.spec.Spec;
import dev.felucca.contracts.exec.ContainerViewContract;
import dev.felucca.contracts.exec.ExecutionBackendContract;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** The suites with an OCI runtime, which makes its own control group. */
abstract class OciSuite {
    abstract String runtime();

    private void assume() {
        OciDefinition d = OciDefinition.shipped().stream()
                .filter(o -> o.name().equals(runtime()))
                .findFirst()
                .orElseThrow();
        assumeTrue(Files.isExecutable(d.program()), "needs " + d.program() + " (package " + runtime() + ")");
    }

    static Spec grouped(String containerId, Spec spec) {
        return spec.withLinux(spec.linux().toBuilder()
                .cgroupsPath("/felucca-test-" + containerId)
                .build());
    }

    @Nested
    class Life extends ExecutionBackendContract {
        @BeforeEach
        void there() {
            assume();
        }

        @Override
        protected ExecutionBackend backend() {
            return TestBackend.create();
        }

        @Override
        protected void awaitSpares() {
            TestBackend.awaitSpares();
        }

        @Override
        protected String runtime() {
            return OciSuite.this.runtime();
        }

        @Override
        protected Spec prepare(String containerId, Spec spec) {
            return grouped(containerId, spec);
        }

        /** The runtime has its own words. */
        @Override
        protected void assertToldWhy(String words, String message) {
            assertTrue(message.contains("runtime " + runtime() + ": create: "), message);
        }
    }

    @Nested
    class View extends ContainerViewContract {
        @BeforeEach
        void there() {
            assume();
        }

        @Override
        protected ExecutionBackend backend() {
            return TestBackend.create();
        }

        @Override
        protected void awaitSpares() {
            TestBackend.awaitSpares();
        }

        @Override
        protected String runtime() {
            return OciSuite.this.runtime();
        }

        @Override
        protected Spec prepare(String containerId, Spec spec) {
            return grouped(containerId, spec);
        }
    }
}

package dev.felucca.exec.shim;

import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.contracts.exec.ContainerBirthContract;
import dev.felucca.contracts.exec.ContainerSecurityContract;
import dev.felucca.contracts.exec.ContainerViewContract;
import dev.felucca.contracts.exec.ExecutionBackendContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Quiet.class)
class NativeBackendTest {
    @Nested
    class Life extends ExecutionBackendContract {
        @Override
        protected ExecutionBackend backend() {
            return TestBackend.create();
        }
    }

    @Nested
    class View extends ContainerViewContract {
        @Override
        protected ExecutionBackend backend() {
            return TestBackend.create();
        }
    }

    @Nested
    class BirthOf extends ContainerBirthContract {
        @Override
        protected ExecutionBackend backend() {
            return TestBackend.create();
        }
    }

    @Nested
    class Security extends ContainerSecurityContract {
        @Override
        protected ExecutionBackend backend() {
            return TestBackend.create();
        }
    }
}

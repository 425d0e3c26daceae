package dev.felucca.exec.shim;

import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.contracts.exec.ContainerBirthContract;
import dev.felucca.contracts.exec.ContainerSecurityContract;
import dev.felucca.contracts.exec.ContainerViewContract;
import dev.felucca.contracts.exec.ExecutionBackendContract;
import org.junit.jupiter.api.Nested;

class NativeBackendTest {
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
    }

    @Nested
    class BirthOf extends ContainerBirthContract {
        @Override
        protected ExecutionBackend backend() {
            return TestBackend.create();
        }

        @Override
        protected void awaitSpares() {
            TestBackend.awaitSpares();
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
    }
}

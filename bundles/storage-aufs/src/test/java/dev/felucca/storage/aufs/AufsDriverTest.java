package dev.felucca.storage.aufs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.api.EngineRoots;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.contracts.storage.StorageDriverContract;

class AufsDriverTest extends StorageDriverContract {
    @Override
    protected StorageDriver newDriver(EngineRoots roots) {
        assumeTrue(AufsProbe.missing().isEmpty(), "missing here: aufs in the kernel");
        return new AufsDriver(roots);
    }
}

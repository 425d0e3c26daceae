package dev.felucca.storage.vfs;

import dev.felucca.api.EngineRoots;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.contracts.storage.StorageDriverContract;

class VfsDriverTest extends StorageDriverContract {
    @Override
    protected StorageDriver newDriver(EngineRoots roots) {
        return new VfsDriver(roots);
    }
}

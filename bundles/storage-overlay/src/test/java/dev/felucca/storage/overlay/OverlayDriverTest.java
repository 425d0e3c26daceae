package dev.felucca.storage.overlay;

import dev.felucca.api.EngineRoots;
import dev.felucca.api.storage.StorageDriver;
import dev.felucca.contracts.storage.StorageDriverContract;

class OverlayDriverTest extends StorageDriverContract {
    @Override
    protected StorageDriver newDriver(EngineRoots roots) {
        return new OverlayDriver(roots);
    }
}

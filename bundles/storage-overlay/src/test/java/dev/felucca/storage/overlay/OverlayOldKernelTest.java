package dev.felucca.storage.overlay;

import dev.felucca.door.FsBuilder;
import dev.felucca.door.layer.Mounter;

/** The suite with roots mounted as a kernel before 6.7 has to. */
class OverlayOldKernelTest extends OverlayDriverTest {
    @Override
    protected Mounter mounter() {
        return Mounter.as(FsBuilder.LowerdirPlus.NONE);
    }
}

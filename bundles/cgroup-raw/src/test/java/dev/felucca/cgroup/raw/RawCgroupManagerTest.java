package dev.felucca.cgroup.raw;

import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.contracts.cgroup.CgroupManagerContract;
import dev.felucca.door.Processes;
import dev.felucca.door.cgroup.HostLayout;

class RawCgroupManagerTest extends CgroupManagerContract {
    @Override
    protected CgroupManager createManager() {
        return new RawCgroupManager(HostLayout.discover(), "/felucca-test-" + Processes.getpid(), 10_000);
    }

    @Override
    protected void closeManager(CgroupManager manager) {
        ((RawCgroupManager) manager).deactivate();
    }
}

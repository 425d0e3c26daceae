package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.core.driver.Lease;
import dev.felucca.core.spec.ResourceLimits;
import dev.felucca.core.spec.SpecFactory;
import org.jspecify.annotations.Nullable;

/** The update task: other limits, and another restart policy. */
final class Updates {
    private final Engine engine;

    Updates(Engine engine) {
        this.engine = engine;
    }

    void update(Container c, Resources changed, @Nullable RestartPolicy policy) {
        ContainerInfo info = c.info();
        switch (info.state().status()) {
            case REMOVING, DEAD ->
                throw EngineException.conflict("Cannot update container " + info.name()
                        + ": it is marked for removal and cannot be \"update\".");
            default -> {}
        }
        if (policy != null
                && policy.when() != RestartPolicy.When.NO
                && info.hostConfig().autoRemove()) {
            throw EngineException.conflict(
                    "Restart policy cannot be updated because AutoRemove is enabled for the container");
        }
        HostConfig host = info.hostConfig()
                .with(
                        changed.over(info.hostConfig().resources()),
                        policy == null ? info.hostConfig().restartPolicy() : policy);
        SpecFactory.validate(info.config(), host);
        if (info.state().isRunning() && !changed.equals(Resources.NONE)) {
            LinuxResources limits = ResourceLimits.checked(host.resources());
            engine.workers().parked(() -> {
                apply(info, limits);
                return true;
            });
        }
        ContainerInfo now = c.info();
        c.replace(Container.with(now, host, now.state(), now.restartCount(), now.cgroupsPath()));
        engine.save(c, !host.autoRemove());
        engine.tell(c, "update");
    }

    private void apply(ContainerInfo info, LinuxResources limits) {
        String path = info.cgroupsPath();
        if (path == null) {
            throw Signaller.notRunning(info);
        }
        try (Lease<ExecutionBackend> exec = engine.registries().exec().lease(info.runtime())) {
            if (exec.driver().ownsCgroup(info.runtime())) {
                exec.driver().update(info.id(), limits);
                return;
            }
        }
        try (Lease<CgroupManager> cgroup = engine.registries().cgroup().lease(info.cgroup())) {
            cgroup.driver().set(path, limits);
        }
    }
}

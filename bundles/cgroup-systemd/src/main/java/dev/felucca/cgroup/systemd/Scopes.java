package dev.felucca.cgroup.systemd;

import dev.felucca.api.spec.LinuxResources;
import dev.felucca.door.cgroup.Bandwidth;
import dev.felucca.door.cgroup.Groups;
import java.util.List;

/** Makes, changes and ends scopes, and sees to the groups that systemd does not make or set. */
final class Scopes implements AutoCloseable {
    private static final String REPLACE = "replace";

    private final Groups groups;
    private final Jobs jobs;
    private final boolean v2;

    Scopes(Groups groups, Jobs jobs) {
        this.groups = groups;
        this.jobs = jobs;
        this.v2 = groups.layout().pureV2();
    }

    /** Whether systemd answers, and knows of scopes. */
    void probe() {
        exists("init.scope");
    }

    private boolean exists(String unit) {
        return jobs.bus().call("ListUnitsByNames " + unit, m -> m.listUnitsByNames(List.of(unit))).stream()
                .anyMatch(row -> row.loadState.equals("loaded"));
    }

    /** On failure the scope is stopped, which kills the process. */
    void start(String cgroupsPath, int pid, LinuxResources resources) {
        String unit = Slices.scope(cgroupsPath);
        List<Property> properties = ScopeProperties.start(cgroupsPath, pid, resources, v2);
        try {
            jobs.run(
                    unit,
                    "StartTransientUnit " + unit,
                    m -> m.startTransientUnit(unit, REPLACE, properties, List.of()),
                    () -> exists(unit));
            groups.complete(cgroupsPath, pid, withoutDevices(resources));
        } catch (RuntimeException e) {
            try {
                stop(cgroupsPath);
            } catch (RuntimeException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
    }

    void change(String cgroupsPath, LinuxResources resources) {
        String unit = Slices.scope(cgroupsPath);
        groups.check(resources);
        Bandwidth bandwidth = groups.bandwidth(cgroupsPath);
        long limit = groups.stats(cgroupsPath).memory().limit();
        List<Property> properties =
                ScopeProperties.change(resources, v2, bandwidth, limit == Long.MAX_VALUE ? -1 : limit);
        if (!properties.isEmpty()) {
            jobs.bus().call("SetUnitProperties " + unit, m -> {
                m.setUnitProperties(unit, true, properties);
                return unit;
            });
        }
        groups.set(cgroupsPath, withoutDevices(resources));
    }

    /** Device rules are systemd's alone: {@link DeviceAllow}. */
    private static LinuxResources withoutDevices(LinuxResources resources) {
        return resources.withDevices(List.of());
    }

    /** Kills what is in the scope and removes the unit and its groups. Missing is no error. */
    void stop(String cgroupsPath) {
        String unit = Slices.scope(cgroupsPath);
        if (groups.exists(cgroupsPath)) {
            groups.destroy(cgroupsPath);
        }
        if (!exists(unit)) {
            return;
        }
        unlessGone(unit, () -> jobs.run(unit, "StopUnit " + unit, m -> m.stopUnit(unit, REPLACE), () -> !exists(unit)));
        unlessGone(unit, () -> jobs.bus().call("ResetFailedUnit " + unit, m -> {
            m.resetFailedUnit(unit);
            return unit;
        }));
        // systemd makes the group of a unit anew when it looks at the unit in between.
        groups.destroy(cgroupsPath);
    }

    /** systemd collects a unit whenever it is done with it. */
    private void unlessGone(String unit, Runnable call) {
        try {
            call.run();
        } catch (Bus.Refused e) {
            if (exists(unit)) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        jobs.close();
    }
}

package dev.felucca.door.cgroup;

import dev.felucca.api.spec.LinuxResources;

/** Priority of the group's traffic by network interface: net_prio.ifpriomap; v1 only. */
final class NetPrioController extends Controller {
    NetPrioController() {
        super("net_prio", "");
    }

    @Override
    String limits(LinuxResources r) {
        return r.network().priorities().isEmpty() ? "" : "a priority of network traffic";
    }

    @Override
    void set(GroupDir group, LinuxResources r, boolean fresh) {
        for (var p : r.network().priorities()) {
            group.write(
                    "net_prio.ifpriomap",
                    p.name() + " " + p.priority(),
                    () -> "the interface must exist in the engine's network namespace; those that are known: "
                            + String.join(
                                    ", ",
                                    StatsBuilder.keyed(group.readIfThere("net_prio.ifpriomap"))
                                            .keySet()));
        }
    }
}

package dev.felucca.door.cgroup;

import dev.felucca.api.spec.LinuxResources;

/** Class of the group's packets for tc(8) and netfilter: net_cls.classid; v1 only. */
final class NetClsController extends Controller {
    NetClsController() {
        super("net_cls", "");
    }

    @Override
    String limits(LinuxResources r) {
        return r.network().classID() == null ? "" : "a network class id";
    }

    @Override
    void set(GroupDir group, LinuxResources r, boolean fresh) {
        Long id = r.network().classID();
        if (id != null) {
            group.write("net_cls.classid", Long.toString(id), () -> "a class id is a number of 32 bits, 0xAAAABBBB");
        }
    }
}

package dev.felucca.door.cgroup;

import dev.felucca.api.spec.LinuxResources;
import java.util.StringJoiner;

/** Handles and objects of RDMA devices: rdma.max, the same on v1 and v2. */
final class RdmaController extends Controller {
    RdmaController() {
        super("rdma", "rdma");
    }

    @Override
    String limits(LinuxResources r) {
        return r.rdma().isEmpty() ? "" : "a limit of an RDMA device";
    }

    @Override
    void set(GroupDir group, LinuxResources r, boolean fresh) {
        r.rdma().forEach((device, limit) -> {
            StringJoiner line = new StringJoiner(" ").add(device);
            Long handles = limit.hcaHandles();
            Long objects = limit.hcaObjects();
            if (handles != null) {
                line.add("hca_handle=" + handles);
            }
            if (objects != null) {
                line.add("hca_object=" + objects);
            }
            group.write("rdma.max", line.toString(), () -> "is there an RDMA device " + device + "?");
        });
    }
}

package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.door.Errno;
import org.jspecify.annotations.Nullable;

/** CPUs and memory nodes: cpuset.cpus and cpuset.mems on both versions (cpuset(7)). */
final class CpusetController extends Controller {
    CpusetController() {
        super("cpuset", "cpuset");
    }

    @Override
    String limits(LinuxResources r) {
        return given(r.cpu().cpus()) || given(r.cpu().mems()) ? "a set of CPUs or memory nodes" : "";
    }

    /**
     * A new v1 cpuset is empty and takes no process, unless the parent says that its children copy it at birth; that is
     * switched on in the parents that we make ({@link #inheritable}). Below a foreign parent it is copied here.
     */
    @Override
    void apply(GroupDir group) {
        if (!group.unified() && group.read("cpuset.cpus").isBlank()) {
            copyDown(group);
        }
    }

    private static void copyDown(GroupDir group) {
        GroupDir parent = group.parent();
        for (String file : new String[] {"cpuset.cpus", "cpuset.mems"}) {
            if (group.read(file).isBlank()) {
                if (parent.read(file).isBlank() && !parent.isRoot()) {
                    copyDown(parent);
                }
                group.write(file, parent.read(file).strip());
            }
        }
    }

    /** For a v1 parent group that we made. */
    static void inheritable(GroupDir parent) {
        copyDown(parent);
        parent.write("cgroup.clone_children", "1");
    }

    @Override
    void set(GroupDir group, LinuxResources r, boolean fresh) {
        write(group, "cpuset.cpus", r.cpu().cpus(), "CPUs");
        write(group, "cpuset.mems", r.cpu().mems(), "memory nodes");
    }

    private static boolean given(@Nullable String list) {
        return list != null && !list.isBlank();
    }

    private static void write(GroupDir group, String file, @Nullable String list, String what) {
        if (list == null || list.isBlank()) {
            return;
        }
        if (!list.strip().matches("\\d+(-\\d+)?(,\\d+(-\\d+)?)*")) {
            throw EngineException.invalid(
                    "\"" + list + "\" is no list of " + what + "; one looks like 0-3,7 (" + file + ")");
        }
        group.write(file, list.strip(), () -> "the parent group has " + what + " " + available(group.parent(), file));
    }

    private static String available(GroupDir parent, String file) {
        String kind = file.substring("cpuset.".length());
        String effective = parent.unified() ? file + ".effective" : "cpuset.effective_" + kind;
        try {
            return parent.read(effective).strip();
        } catch (KernelException e) {
            return "(unknown: " + Errno.symbol(e.errno()) + ")";
        }
    }
}

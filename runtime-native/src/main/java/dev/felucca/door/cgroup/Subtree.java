package dev.felucca.door.cgroup;

import dev.felucca.api.KernelException;
import dev.felucca.door.Errno;
import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** Groups below a group, and the processes in them. Groups may vanish while they are looked at; those are left out. */
final class Subtree {
    private Subtree() {}

    static List<GroupDir> children(GroupDir group) {
        File[] entries = new File(group.path()).listFiles(File::isDirectory);
        List<GroupDir> children = new ArrayList<>();
        if (entries != null) {
            for (File entry : entries) {
                children.add(group.child(entry.getName()));
            }
        }
        return children;
    }

    /** Pids in the group and below; a process outside our pid namespace, which the kernel shows as 0, is left out. */
    static List<Integer> processes(GroupDir group) {
        List<Integer> pids = new ArrayList<>();
        collect(group, pids);
        return pids;
    }

    private static void collect(GroupDir group, List<Integer> pids) {
        readProcs(group).lines().map(Integer::valueOf).filter(p -> p > 0).forEach(pids::add);
        children(group).forEach(c -> collect(c, pids));
    }

    private static String readProcs(GroupDir group) {
        try {
            return group.readIfThere("cgroup.procs").orElse("");
        } catch (KernelException e) {
            // A threaded v2 group below lists its processes in its domain only.
            if (e.errno() == Errno.EOPNOTSUPP) {
                return "";
            }
            throw e;
        }
    }

    /**
     * Removes the group and all below it, deepest first.
     *
     * @return false if something is still busy
     */
    static boolean remove(GroupDir group) {
        if (group.remove()) {
            return true;
        }
        boolean all = true;
        for (GroupDir child : children(group)) {
            all &= remove(child);
        }
        return all && group.remove();
    }
}

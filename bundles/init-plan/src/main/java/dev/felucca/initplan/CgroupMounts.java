package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mount of type {@code cgroup}: on v2 the one hierarchy; on v1 a tmpfs with a directory for each hierarchy and a link for each
 * controller of a joint one ({@code cpu -> cpu,cpuacct}). In a cgroup namespace the kernel itself shows only what lies below
 * the container's group; without one the group's directories are bound.
 */
record CgroupMounts(PlanBuilder plan, HostCgroups host, boolean namespace, @Nullable String cgroupsPath) {
    void mount(String target, MountOptions options) {
        if (!options.data().isEmpty()) {
            throw EngineException.invalid(
                    "mount " + target + ": the option \"" + options.data().get(0) + "\" is unknown for cgroup");
        }
        boolean follow = MountCompiler.follow(target);
        int attributes = (int) options.set();
        if (host.unified()) {
            plan.add(new MountOp.MountFs("cgroup2", "cgroup", List.of(), attributes, target, Create.DIRECTORY, follow));
            return;
        }
        int writable = attributes & ~MountBits.RDONLY;
        plan.add(
                new MountOp.MountFs("tmpfs", "tmpfs", List.of("mode=755"), writable, target, Create.DIRECTORY, follow));
        for (HostCgroups.Hierarchy h : host.hierarchies()) {
            String directory = target + "/" + h.directory();
            if (namespace) {
                plan.add(new MountOp.MountFs(
                        "cgroup", "cgroup", h.options(), attributes, directory, Create.DIRECTORY, false));
            } else {
                Slot slot = plan.slot(new SlotSource.Tree(h.hostPath() + group(target), false));
                MountCompiler.attach(plan, slot, directory, options, Create.DIRECTORY, false);
            }
            if (h.directory().contains(",")) {
                for (String controller : h.directory().split(",")) {
                    plan.add(new MountOp.Symlink(h.directory(), target + "/" + controller, false));
                }
            }
        }
        if ((attributes & MountBits.RDONLY) != 0) {
            plan.add(new MountOp.MountSet(target, MountBits.RDONLY, 0, 0, false));
        }
    }

    private String group(String target) {
        if (cgroupsPath == null || !cgroupsPath.startsWith("/")) {
            throw EngineException.unsupported("mount " + target
                    + ": without a cgroup namespace it needs linux.cgroupsPath to be a path in the hierarchies, not "
                    + cgroupsPath);
        }
        return cgroupsPath.equals("/") ? "" : cgroupsPath;
    }
}

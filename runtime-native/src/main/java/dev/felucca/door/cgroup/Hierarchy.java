package dev.felucca.door.cgroup;

import java.util.Set;

/**
 * A mounted cgroup hierarchy.
 *
 * @param name for messages: its controllers, {@code name=systemd} or {@code unified}
 * @param mountPoint where it is mounted
 * @param own the engine's own group below the mount point; empty if that is the mount point itself or above it
 * @param controllers as the kernel names them; for v2 those of the root's cgroup.controllers
 * @param unified whether it is cgroup v2
 */
public record Hierarchy(String name, String mountPoint, String own, Set<String> controllers, boolean unified) {
    public Hierarchy {
        controllers = Set.copyOf(controllers);
    }

    /** The group's directory. As in runc, an absolute path counts from the mount point, a relative one from our own group. */
    public GroupDir group(String cgroupsPath) {
        String dir = cgroupsPath.startsWith("/") ? mountPoint + cgroupsPath : mountPoint + own + "/" + cgroupsPath;
        return new GroupDir(this, dir);
    }

    public GroupDir root() {
        return new GroupDir(this, mountPoint);
    }
}

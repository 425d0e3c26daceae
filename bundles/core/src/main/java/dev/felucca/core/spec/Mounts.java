package dev.felucca.core.spec;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.spec.Mount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The mounts of a container: the engine's own, its files in /etc, the user's over both; parents before children. */
final class Mounts {
    private static final long DEFAULT_SHM_BYTES = 64L * 1024 * 1024;

    /** Those stay writable with a read-only root, as docker has it. */
    private static final Set<String> WRITABLE = Set.of("/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue");

    private final SpecInput in;
    private final HostConfig host;
    private final boolean writableCgroups;
    private final Map<String, Mount> mounts = new LinkedHashMap<>();

    private Mounts(SpecInput in, SecurityOptions security) {
        this.in = in;
        this.host = in.host();
        this.writableCgroups = host.privileged() || security.writableCgroups();
    }

    /** In the order in which they are made. */
    static List<Mount> of(SpecInput in, SecurityOptions security) {
        return new Mounts(in, security).all();
    }

    private List<Mount> all() {
        kernelFilesystems();
        ipc();
        if (host.readonlyRootfs() && !host.privileged()) {
            mounts.replaceAll((path, mount) -> WRITABLE.contains(path) ? mount : readOnly(mount));
        }
        file("/etc/resolv.conf", in.resolvConfFile());
        file("/etc/hostname", in.hostnameFile());
        file("/etc/hosts", in.hostsFile());
        if (in.mounts().stream().anyMatch(m -> MountChecks.target(m).equals("/dev"))) {
            mounts.keySet().removeIf(path -> path.startsWith("/dev/"));
        }
        for (VolumeMount mount : in.mounts()) {
            String target = MountChecks.target(mount);
            // Taken out first, so that what a user puts over a default keeps the user's place in the order.
            mounts.remove(target);
            mounts.put(target, user(target, mount));
        }
        List<Mount> sorted = new ArrayList<>(mounts.values());
        sorted.sort(Comparator.comparingLong(
                m -> m.destination().chars().filter(c -> c == '/').count()));
        return sorted;
    }

    private void kernelFilesystems() {
        add(Mount.of("/proc", "proc", "proc", "nosuid", "noexec", "nodev"));
        add(Mount.of("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"));
        add(Mount.of(
                "/dev/pts",
                "devpts",
                "devpts",
                "nosuid",
                "noexec",
                "newinstance",
                "ptmxmode=0666",
                "mode=0620",
                "gid=5"));
        add(Mount.of("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", host.privileged() ? "rw" : "ro"));
        add(Mount.of("/sys/fs/cgroup", "cgroup", "cgroup", writableCgroups ? "rw" : "ro", "nosuid", "noexec", "nodev"));
    }

    /**
     * Queues and shared memory follow the IPC namespace. POSIX shared memory is files in /dev/shm: whoever shares it must share
     * the mount, which for another container's can only come from outside, as one of the mounts given.
     */
    private void ipc() {
        if (host.ipcMode().equals("none")) {
            return;
        }
        add(Mount.of("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"));
        NamespaceMode ipc = NamespaceMode.ipc(host);
        switch (ipc.kind()) {
            case HOST -> add(Mount.bind("/dev/shm", "/dev/shm", List.of("rbind", "rprivate", "rw")));
            case OWN ->
                add(Mount.of(
                        "/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=" + shmBytes()));
            case CONTAINER -> checkSharedMemory(ipc, in.mounts());
        }
    }

    /** Refuses to join the IPC namespace of a container while half of what it stands for could not be shared. */
    static void checkSharedMemory(NamespaceMode ipc, List<VolumeMount> mounts) {
        if (ipc.isContainer()
                && mounts.stream().noneMatch(m -> MountChecks.target(m).equals("/dev/shm"))) {
            throw EngineException.unsupported(
                    "cannot share the IPC namespace of container " + ipc.container()
                            + " alone, since its /dev/shm would not be shared; mount one and the same volume on /dev/shm of both");
        }
    }

    private long shmBytes() {
        Long size = host.shmSize();
        return size == null || size == 0 ? DEFAULT_SHM_BYTES : size;
    }

    private void file(String target, Path source) {
        add(Mount.bind(target, source.toString(), List.of("rbind", "rprivate", host.readonlyRootfs() ? "ro" : "rw")));
    }

    private static Mount user(String target, VolumeMount mount) {
        if (mount.type().equals("tmpfs")) {
            return new Mount(target, "tmpfs", "tmpfs", TmpfsOptions.of(mount), List.of(), List.of());
        }
        String propagation = mount.propagation();
        List<String> options = new ArrayList<>(
                List.of("rbind", propagation == null || propagation.isEmpty() ? "rprivate" : propagation));
        options.add(mount.readOnly() ? "ro" : "rw");
        if (mount.readOnly()) {
            options.add("rro");
        }
        return Mount.bind(target, mount.source(), options);
    }

    private static Mount readOnly(Mount mount) {
        if (mount.options().contains("ro")) {
            return mount;
        }
        List<String> options = new ArrayList<>(mount.options());
        options.remove("rw");
        options.add("ro");
        return new Mount(mount.destination(), mount.type(), mount.source(), options, List.of(), List.of());
    }

    private void add(Mount mount) {
        mounts.put(mount.destination(), mount);
    }
}

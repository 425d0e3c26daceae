package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.Mount;
import dev.felucca.door.NamespaceType;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The mounts of a container, in the spec's order. */
final class MountCompiler {
    /** Files of /proc that may be covered one by one, as LXCFS does; anything else there would fool the engine itself. */
    private static final Set<String> COVERABLE = Set.of(
            "/proc/cpuinfo",
            "/proc/diskstats",
            "/proc/meminfo",
            "/proc/stat",
            "/proc/swaps",
            "/proc/uptime",
            "/proc/loadavg",
            "/proc/slabinfo",
            "/proc/net/dev",
            "/proc/sys/kernel/ns_last_pid",
            "/proc/sys/crypto/fips_enabled");

    private static final List<String> NO_LINKS_BELOW = List.of("/proc", "/sys", "/dev");

    private final PlanBuilder plan;
    private final BirthDescription birth;
    private final NamespaceSet namespaces;
    private final @Nullable String cgroupsPath;

    MountCompiler(PlanBuilder plan, BirthDescription birth, NamespaceSet namespaces, @Nullable String cgroupsPath) {
        this.plan = plan;
        this.birth = birth;
        this.namespaces = namespaces;
        this.cgroupsPath = cgroupsPath;
    }

    void all(List<Mount> mounts) {
        mounts.forEach(this::one);
    }

    private void one(Mount mount) {
        String target = ContainerPaths.check("mounts[].destination", mount.destination());
        if (!mount.uidMappings().isEmpty() || !mount.gidMappings().isEmpty()) {
            throw EngineException.unsupported("mount " + target + ": idmapped mounts are not supported yet");
        }
        if (target.equals("/")) {
            throw EngineException.invalid("mount /: the root itself cannot be a mount's destination");
        }
        MountOptions options = MountOptions.parse(target, mount.options());
        boolean bind = options.bind() || "bind".equals(mount.type());
        checkProc(target, mount, bind);
        if (bind) {
            bind(target, mount, options);
        } else if ("cgroup".equals(mount.type())) {
            new CgroupMounts(plan, birth.cgroups(), namespaces.has(NamespaceType.CGROUP), cgroupsPath)
                    .mount(target, options);
        } else {
            filesystem(target, mount, options);
        }
    }

    private static void checkProc(String target, Mount mount, boolean bind) {
        if (!ContainerPaths.in(target, "/proc") || COVERABLE.contains(target)) {
            return;
        }
        boolean proc =
                target.equals("/proc") && ("proc".equals(mount.type()) || (bind && "/proc".equals(mount.source())));
        if (!proc) {
            throw EngineException.invalid(
                    "mount " + target + ": only proc can be mounted on /proc, and nothing inside it");
        }
    }

    private void bind(String target, Mount mount, MountOptions options) {
        String source = mount.source();
        if (source == null || !source.startsWith("/")) {
            throw EngineException.invalid("mount " + target + ": the source of a bind mount must be an absolute path");
        }
        Slot slot = plan.slot(new SlotSource.Tree(source, options.recursive()));
        Create create = birth.directory().test(source) ? Create.DIRECTORY : Create.FILE;
        attach(plan, slot, target, options, create, follow(target));
    }

    /**
     * Attaches a tree. Attributes of a recursive bind hold for what lies below too, so that {@code ro} is no half promise; only
     * tightening ones and atime modes are ever applied: "rw" does not make a read-only source writable.
     */
    static void attach(
            PlanBuilder plan, Slot slot, String target, MountOptions options, Create create, boolean follow) {
        int propagation = options.propagation() == 0 ? MountBits.PRIVATE : options.propagation();
        boolean propagationRecursive = options.propagation() == 0 || options.propagationRecursive();
        boolean together = options.recursive() && propagationRecursive;
        long clear = (options.clear() & MountBits.ATIME_MASK) == 0 ? 0 : MountBits.ATIME_MASK;
        boolean later = options.recursive() && !propagationRecursive;
        plan.add(new MountOp.Bind(
                slot,
                target,
                options.set(),
                clear,
                later ? 0 : propagation,
                together || (options.recursive() && options.set() != 0),
                create,
                follow));
        if (later) {
            plan.add(new MountOp.MountSet(target, 0, 0, propagation, false));
        }
        if (options.recursiveClear() != 0 && (options.recursiveClear() & MountBits.ATIME_MASK) == 0) {
            plan.add(new MountOp.MountSet(target, 0, options.recursiveClear(), 0, true));
        }
    }

    private void filesystem(String target, Mount mount, MountOptions options) {
        String type = mount.type();
        if (type == null || type.isEmpty() || type.equals("none")) {
            throw EngineException.invalid("mount " + target + ": neither a filesystem type nor bind is named");
        }
        String source = mount.source() == null ? type : mount.source();
        plan.add(new MountOp.MountFs(
                type, source, options.data(), (int) options.set(), target, Create.DIRECTORY, follow(target)));
        if (options.propagation() != 0) {
            plan.add(new MountOp.MountSet(target, 0, 0, options.propagation(), options.propagationRecursive()));
        }
    }

    /** Images have links such as /etc/resolv.conf and /var/run; what init itself relies on must not be reached through one. */
    static boolean follow(String target) {
        return NO_LINKS_BELOW.stream().noneMatch(d -> ContainerPaths.in(target, d));
    }
}

package dev.felucca.cgroup.raw;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.cgroup.CgroupHandle;
import dev.felucca.api.cgroup.CgroupManager;
import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** The manager that writes the kernel's files itself; see the bundle's README. The host's layout is read once, at start. */
@Component(
        service = CgroupManager.class,
        configurationPid = "dev.felucca.cgroup.raw",
        property = Driver.NAME + "=" + RawCgroupManager.NAME)
@Designate(ocd = RawConfig.class)
public final class RawCgroupManager implements CgroupManager {
    static final String NAME = "raw";
    private static final LinuxResources NOTHING = LinuxResources.EMPTY;

    private final String parent;
    private final long patienceMillis;
    private final Controllers controllers;
    private final GroupMaker maker;
    private final GroupRemover remover;
    private final OomMonitor ooms = new OomMonitor();

    @Activate
    public RawCgroupManager(RawConfig config) {
        this(HostLayout.discover(), config.parent(), config.patience_millis());
    }

    RawCgroupManager(HostLayout layout, String parent, long patienceMillis) {
        this.parent = CgroupPaths.check(parent);
        this.patienceMillis = patienceMillis;
        this.controllers = new Controllers(layout);
        this.maker = new GroupMaker(controllers);
        this.remover = new GroupRemover(controllers, patienceMillis);
    }

    /** The parent group goes with the last manager, if no container is left in it. */
    @Deactivate
    void deactivate() {
        ooms.close();
        controllers.layout().hierarchies().forEach(h -> h.group(parent).remove());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void probe() {
        if (controllers.layout().hierarchies().isEmpty()) {
            throw EngineException.unsupported(
                    "no cgroup hierarchy is mounted; mount one, as with" + " \"mount -t cgroup2 none /sys/fs/cgroup\"");
        }
        String path = CgroupPaths.of(parent, "probe-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        prepare(path, NOTHING).close();
        destroy(path);
    }

    @Override
    public Map<String, String> status() {
        Map<String, String> facts = new LinkedHashMap<>();
        HostLayout layout = controllers.layout();
        boolean v1 = layout.hierarchies().stream().anyMatch(h -> !h.unified());
        facts.put(
                "cgroup version", layout.pureV2() ? "2" : v1 && layout.unified().isPresent() ? "1 (hybrid)" : "1");
        facts.put("hierarchies", controllers.names());
        facts.put("parent", parent);
        return facts;
    }

    @Override
    public String cgroupsPath(String containerId, String wanted) {
        return CgroupPaths.of(wanted.isEmpty() ? parent : wanted, containerId);
    }

    @Override
    public CgroupHandle prepare(String cgroupsPath, LinuxResources resources) {
        CgroupPaths.check(cgroupsPath);
        controllers.check(resources);
        List<GroupDir> made = make(cgroupsPath, resources);
        List<Fd> tasks = new ArrayList<>(made.size());
        Fd directory = null;
        try {
            controllers.set(cgroupsPath, resources, true);
            for (GroupDir group : made) {
                if (group.unified()) {
                    directory = group.open("", Descriptors.O_RDONLY | Descriptors.O_DIRECTORY);
                } else {
                    // Not cgroup.procs: a thread that moves itself through tasks needs no lock against forks, and so no
                    // wait for an RCU grace period (cgroup_procs_write_start() in kernel/cgroup/cgroup.c).
                    tasks.add(group.open("tasks", Descriptors.O_WRONLY));
                }
            }
            return new RawHandle(cgroupsPath, tasks, directory);
        } catch (RuntimeException e) {
            tasks.forEach(Fd::close);
            if (directory != null) {
                directory.close();
            }
            GroupMaker.remove(made, e);
            throw e;
        }
    }

    /** A group that is there already is what a dead engine left, if nothing runs in it: limits and all, it is made anew. */
    private List<GroupDir> make(String cgroupsPath, LinuxResources resources) {
        try {
            return maker.make(cgroupsPath, resources);
        } catch (KernelException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            Set<Integer> inside = new TreeSet<>();
            controllers.layout().hierarchies().forEach(h -> inside.addAll(Subtree.processes(h.group(cgroupsPath))));
            if (!inside.isEmpty()) {
                throw new EngineException(
                        EngineException.Kind.CONFLICT,
                        "cgroup " + cgroupsPath + " exists already and has processes in it: " + inside,
                        e);
            }
        }
        remover.destroy(cgroupsPath);
        return maker.make(cgroupsPath, resources);
    }

    @Override
    public void apply(String cgroupsPath, int pid) {
        String value = Integer.toString(pid);
        for (Hierarchy h : controllers.layout().hierarchies()) {
            h.group(cgroupsPath)
                    .write(
                            "cgroup.procs",
                            value,
                            () -> "ESRCH means that process " + pid + " has ended; ENOSPC that the"
                                    + " cpuset is empty; EBUSY that the v2 group has controllers on for groups below it");
        }
    }

    @Override
    public void set(String cgroupsPath, LinuxResources resources) {
        require(cgroupsPath);
        controllers.check(resources);
        Set<String> needed = controllers.neededInV2(resources);
        if (!needed.isEmpty()) {
            GroupMaker.enable(controllers.layout().unified().orElseThrow().group(cgroupsPath), needed);
        }
        controllers.set(cgroupsPath, resources, false);
    }

    @Override
    public void freeze(String cgroupsPath) {
        controllers.freezer.freeze(freezer(cgroupsPath), patienceMillis);
    }

    @Override
    public void thaw(String cgroupsPath) {
        controllers.freezer.thaw(freezer(cgroupsPath));
    }

    @Override
    public boolean frozen(String cgroupsPath) {
        return controllers
                .placeOf(controllers.freezer)
                .map(h -> h.group(cgroupsPath))
                .filter(GroupDir::exists)
                .map(controllers.freezer::frozen)
                .orElse(false);
    }

    private GroupDir freezer(String cgroupsPath) {
        require(cgroupsPath);
        return controllers
                .placeOf(controllers.freezer)
                .orElseThrow(() -> EngineException.unsupported("pause needs the cgroup controller freezer, which is not"
                        + " mounted on this host; it has " + controllers.names()))
                .group(cgroupsPath);
    }

    @Override
    public CgroupStats stats(String cgroupsPath) {
        require(cgroupsPath);
        StatsBuilder into = new StatsBuilder();
        controllers.stats(cgroupsPath, into);
        return into.build();
    }

    @Override
    public List<Integer> processes(String cgroupsPath) {
        require(cgroupsPath);
        Set<Integer> pids = new TreeSet<>();
        controllers.layout().hierarchies().forEach(h -> pids.addAll(Subtree.processes(h.group(cgroupsPath))));
        return List.copyOf(pids);
    }

    @Override
    public void kill(String cgroupsPath) {
        require(cgroupsPath);
        remover.kill(cgroupsPath);
    }

    @Override
    public long oomKills(String cgroupsPath) {
        return controllers
                .placeOf(controllers.memory)
                .map(h -> MemoryController.oomKills(h.group(cgroupsPath)))
                .orElse(0L);
    }

    @Override
    public OomWatch watchOom(String cgroupsPath, Runnable onOom) {
        require(cgroupsPath);
        // Without the controller nothing limits the group's memory, so it cannot run out of it.
        return controllers
                .placeOf(controllers.memory)
                .map(h -> ooms.watch(h.group(cgroupsPath), onOom))
                .orElse(() -> {});
    }

    @Override
    public boolean exists(String cgroupsPath) {
        CgroupPaths.check(cgroupsPath);
        return controllers.layout().hierarchies().stream()
                .anyMatch(h -> h.group(cgroupsPath).exists());
    }

    private void require(String cgroupsPath) {
        if (!exists(cgroupsPath)) {
            throw EngineException.notFound("there is no cgroup " + cgroupsPath);
        }
    }

    @Override
    public void destroy(String cgroupsPath) {
        remover.destroy(CgroupPaths.check(cgroupsPath));
    }

    @Override
    public List<String> groups() {
        Set<String> names = new TreeSet<>();
        for (Hierarchy h : controllers.layout().hierarchies()) {
            for (GroupDir child : Subtree.children(h.group(parent))) {
                names.add(child.path().substring(child.path().lastIndexOf('/') + 1));
            }
        }
        return names.stream().map(name -> parent + "/" + name).toList();
    }
}

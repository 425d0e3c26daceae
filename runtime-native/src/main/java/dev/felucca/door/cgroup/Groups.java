package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.api.cgroup.CgroupHandle;
import dev.felucca.api.cgroup.CgroupManager.OomWatch;
import dev.felucca.api.cgroup.CgroupStats;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A host's control groups: what can be done to a group in all hierarchies at once. A group is named by its path below the mount
 * points (absolute) or below the engine's own group (relative). Thread-safe.
 */
public final class Groups implements AutoCloseable {
    private final Controllers controllers;
    private final GroupMaker maker;
    private final GroupRemover remover;
    private final long patienceMillis;
    private final OomMonitor ooms = new OomMonitor();

    /** @param patienceMillis how long freeze and destroy wait for the kernel */
    public Groups(HostLayout layout, long patienceMillis) {
        this.controllers = new Controllers(layout);
        this.maker = new GroupMaker(controllers);
        this.remover = new GroupRemover(controllers, patienceMillis);
        this.patienceMillis = patienceMillis;
    }

    public HostLayout layout() {
        return controllers.layout();
    }

    /** {@code 1}, {@code 1 (hybrid)} or {@code 2}. */
    public String version() {
        boolean v1 = layout().hierarchies().stream().anyMatch(h -> !h.unified());
        return layout().pureV2() ? "2" : v1 && layout().unified().isPresent() ? "1 (hybrid)" : "1";
    }

    /** Controllers of this host by hierarchy, in words. */
    public String names() {
        return controllers.names();
    }

    /** UNSUPPORTED if something is to be limited that this host cannot limit. */
    public void check(LinuxResources resources) {
        controllers.check(resources);
    }

    /**
     * Makes a group in every hierarchy, sets its limits, and opens it. A group that is there already is what a dead engine left, if
     * nothing runs in it, and is made anew; else CONFLICT. On failure nothing is left.
     */
    public CgroupHandle prepare(String path, LinuxResources resources) {
        CgroupPaths.check(path);
        controllers.check(resources);
        List<GroupDir> made = make(path, resources);
        List<Fd> tasks = new ArrayList<>(made.size());
        Fd directory = null;
        try {
            controllers.set(path, resources, true);
            for (GroupDir group : made) {
                if (group.unified()) {
                    directory = group.open("", Descriptors.O_RDONLY | Descriptors.O_DIRECTORY);
                } else {
                    // Not cgroup.procs: a thread that moves itself through tasks needs no lock against forks, and so no
                    // wait for an RCU grace period (cgroup_procs_write_start() in kernel/cgroup/cgroup.c).
                    tasks.add(group.open("tasks", Descriptors.O_WRONLY));
                }
            }
            return new OpenGroup(path, tasks, directory);
        } catch (RuntimeException e) {
            tasks.forEach(Fd::close);
            if (directory != null) {
                directory.close();
            }
            GroupMaker.remove(made, e);
            throw e;
        }
    }

    private List<GroupDir> make(String path, LinuxResources resources) {
        try {
            return maker.make(path, resources);
        } catch (KernelException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            refuseIfPopulated(path, e);
        }
        remover.destroy(path);
        return maker.make(path, resources);
    }

    /** CONFLICT if the group has processes in any hierarchy. */
    public void refuseIfPopulated(String path) {
        refuseIfPopulated(path, null);
    }

    private void refuseIfPopulated(String path, @Nullable Throwable cause) {
        List<Integer> inside = members(path);
        if (!inside.isEmpty()) {
            throw new EngineException(
                    EngineException.Kind.CONFLICT,
                    "cgroup " + path + " exists already and has processes in it: " + inside,
                    cause);
        }
    }

    /**
     * Completes a group that somebody else has made for a process in some of the hierarchies: makes it in the others, moves the
     * process there, and writes the limits everywhere.
     */
    public void complete(String path, int pid, LinuxResources resources) {
        maker.complete(path, resources);
        apply(path, pid);
        controllers.set(path, resources, false);
    }

    /** Moves a process into a group. */
    public void apply(String path, int pid) {
        String value = Integer.toString(pid);
        Supplier<String> hint = () -> "ESRCH means that process " + pid + " has ended; ENOSPC that the cpuset is empty;"
                + " EBUSY that the v2 group has controllers on for groups below it";
        layout().hierarchies().forEach(h -> h.group(path).write("cgroup.procs", value, hint));
    }

    /** Changes limits; what the resources do not name stays. */
    public void set(String path, LinuxResources resources) {
        require(path);
        controllers.check(resources);
        Set<String> needed = controllers.neededInV2(resources);
        if (!needed.isEmpty()) {
            GroupMaker.enable(layout().unified().orElseThrow().group(path), needed);
        }
        controllers.set(path, resources, false);
    }

    public void freeze(String path) {
        controllers.freezer.freeze(freezer(path), patienceMillis);
    }

    public void thaw(String path) {
        controllers.freezer.thaw(freezer(path));
    }

    /** Whether the group is frozen now, by whomever; false if it is not there. */
    public boolean frozen(String path) {
        return controllers
                .placeOf(controllers.freezer)
                .map(h -> h.group(path))
                .filter(GroupDir::exists)
                .map(controllers.freezer::frozen)
                .orElse(false);
    }

    private GroupDir freezer(String path) {
        require(path);
        return controllers
                .placeOf(controllers.freezer)
                .orElseThrow(() -> EngineException.unsupported("pause needs the cgroup controller freezer, which is not"
                        + " mounted on this host; it has " + controllers.names()))
                .group(path);
    }

    public CgroupStats stats(String path) {
        require(path);
        StatsBuilder into = new StatsBuilder();
        controllers.stats(path, into);
        return into.build();
    }

    /** The group's limit of CPU time as it is now. */
    public Bandwidth bandwidth(String path) {
        return controllers
                .placeOf(controllers.cpu)
                .map(h -> Bandwidth.of(h.group(path)))
                .orElse(Bandwidth.NONE);
    }

    /** Pids in the group and below. */
    public List<Integer> processes(String path) {
        require(path);
        return members(path);
    }

    private List<Integer> members(String path) {
        Set<Integer> pids = new TreeSet<>();
        layout().hierarchies().forEach(h -> pids.addAll(Subtree.processes(h.group(path))));
        return List.copyOf(pids);
    }

    /** SIGKILL to all in the group and below, frozen or not. */
    public void kill(String path) {
        require(path);
        remover.kill(path);
    }

    /** How often the OOM killer has acted in the group and below; of one that is gone, what a watch of it knows, or 0. */
    public long oomKills(String path) {
        return controllers
                .placeOf(controllers.memory)
                .map(h -> ooms.kills(h.group(path)))
                .orElse(0L);
    }

    /** Calls back, on the one thread of all watches, each time the group runs out of memory. */
    public OomWatch watchOom(String path, Runnable onOom) {
        require(path);
        // Without the controller nothing limits the group's memory, so it cannot run out of it.
        return controllers
                .placeOf(controllers.memory)
                .map(h -> ooms.watch(h.group(path), onOom))
                .orElse(() -> {});
    }

    /** Whether the group is there in any hierarchy. */
    public boolean exists(String path) {
        CgroupPaths.check(path);
        return layout().hierarchies().stream().anyMatch(h -> h.group(path).exists());
    }

    private void require(String path) {
        if (!exists(path)) {
            throw EngineException.notFound("there is no cgroup " + path);
        }
    }

    /** Kills what is in the group and removes it and all below it; KERNEL if the processes do not go. */
    public void destroy(String path) {
        remover.destroy(CgroupPaths.check(path));
    }

    /** Removes the group in the hierarchies where it is empty. */
    public void removeIfEmpty(String path) {
        layout().hierarchies().forEach(h -> h.group(path).remove());
    }

    /** The names of the groups in a group, from all hierarchies, sorted. */
    public List<String> children(String path) {
        Set<String> names = new TreeSet<>();
        for (Hierarchy h : layout().hierarchies()) {
            for (GroupDir child : Subtree.children(h.group(path))) {
                names.add(child.path().substring(child.path().lastIndexOf('/') + 1));
            }
        }
        return List.copyOf(names);
    }

    /** Ends the watches. */
    @Override
    public void close() {
        ooms.close();
    }
}

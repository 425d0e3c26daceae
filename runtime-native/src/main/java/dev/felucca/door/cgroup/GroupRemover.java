package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Epoll;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Processes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Kills what is in a group, waits for its end, and removes the directories. */
final class GroupRemover {
    private static final int KILL_PASSES = 100;
    private static final long EXITING_NANOS = 200_000;

    private final Controllers controllers;
    private final long patienceMillis;

    GroupRemover(Controllers controllers, long patienceMillis) {
        this.controllers = controllers;
        this.patienceMillis = patienceMillis;
    }

    /**
     * SIGKILL to all processes. cgroup.kill reaches all at once, forks included. Where it does not exist (v1, v2 before
     * 5.14) or a v1 hierarchy holds a process that is not in the v2 group, they are frozen, killed one by one and thawed;
     * a process that is frozen by v1 does not die before that.
     */
    void kill(String cgroupsPath) {
        boolean atOnce = false;
        Optional<Hierarchy> unified = controllers.layout().unified();
        if (unified.isPresent()) {
            GroupDir group = unified.get().group(cgroupsPath);
            atOnce = group.has("cgroup.kill");
            if (atOnce) {
                group.write("cgroup.kill", "1");
            }
        }
        Optional<GroupDir> freezer = controllers
                .placeOf(controllers.freezer)
                .map(h -> h.group(cgroupsPath))
                .filter(g -> g.has(g.unified() ? "cgroup.freeze" : "freezer.state"));
        boolean freeze = !atOnce && freezer.isPresent();
        if (freeze) {
            GroupDir g = freezer.get();
            g.write(g.unified() ? "cgroup.freeze" : "freezer.state", g.unified() ? "1" : "FROZEN");
        }
        try {
            for (Hierarchy h : controllers.layout().hierarchies()) {
                if (!h.unified() || !atOnce) {
                    killEach(h.group(cgroupsPath));
                }
            }
        } finally {
            freezer.filter(g -> freeze || !g.unified()).ifPresent(controllers.freezer::thaw);
        }
    }

    /** Until a look brings no process that was not there at the look before. */
    private static void killEach(GroupDir group) {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < KILL_PASSES; i++) {
            boolean fresh = false;
            for (int pid : Subtree.processes(group)) {
                fresh |= seen.add(pid);
                try {
                    Processes.kill(pid, Processes.SIGKILL);
                } catch (KernelException e) {
                    if (e.errno() != Errno.ESRCH) {
                        throw e;
                    }
                }
            }
            if (!fresh) {
                return;
            }
        }
    }

    void destroy(String cgroupsPath) {
        List<GroupDir> left = new ArrayList<>();
        controllers.layout().hierarchies().forEach(h -> left.add(h.group(cgroupsPath)));
        left.removeIf(GroupDir::remove);
        if (left.isEmpty()) {
            return;
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        while (true) {
            kill(cgroupsPath);
            awaitEmpty(left, end);
            left.removeIf(Subtree::remove);
            if (left.isEmpty()) {
                return;
            }
            if (System.nanoTime() >= end) {
                throw new EngineException(EngineException.Kind.KERNEL, remains(cgroupsPath, left));
            }
        }
    }

    private String remains(String cgroupsPath, List<GroupDir> left) {
        Set<Integer> pids = new TreeSet<>();
        left.forEach(g -> pids.addAll(Subtree.processes(g)));
        return "cgroup " + cgroupsPath + " cannot be removed: after " + patienceMillis + " ms of SIGKILL "
                + left.stream().map(GroupDir::path).toList() + " remain, with the processes " + pids
                + " (a process in state D ignores signals; see /proc/PID/stack)";
    }

    private static void awaitEmpty(List<GroupDir> groups, long end) {
        for (GroupDir group : groups) {
            if (group.unified()) {
                awaitUnpopulated(group, end);
            } else {
                awaitExits(group, end);
            }
        }
    }

    private static void awaitUnpopulated(GroupDir group, long end) {
        try (GroupEvents events = new GroupEvents(group)) {
            events.await("populated", 0, millisTo(end));
        } catch (KernelException e) {
            // Somebody else (a service manager) may remove it as soon as it is empty.
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    /** v1 has no event for an empty group, so the processes themselves are waited for. */
    private static void awaitExits(GroupDir group, long end) {
        List<Integer> pids = Subtree.processes(group);
        if (pids.isEmpty()) {
            // Only tasks that have exited but are not yet unlinked from the group, which takes microseconds and has no
            // event.
            LockSupport.parkNanos(EXITING_NANOS);
            return;
        }
        for (int pid : pids) {
            try (Fd pidfd = Processes.pidfdOpen(pid);
                    Epoll epoll = new Epoll(1)) {
                epoll.add(pidfd, Epoll.EPOLLIN, pid);
                if (epoll.await(millisTo(end)) == 0) {
                    return;
                }
            } catch (KernelException e) {
                // ESRCH: it is gone. EINVAL: a thread that outlives its leader; the next round sees to it.
                if (e.errno() != Errno.ESRCH && e.errno() != Errno.EINVAL) {
                    throw e;
                }
            }
        }
    }

    private static int millisTo(long end) {
        return (int) Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
    }
}

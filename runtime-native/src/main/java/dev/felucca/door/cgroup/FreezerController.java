package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxResources;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Stops and resumes all processes: freezer.state on v1, cgroup.freeze on v2. */
final class FreezerController extends Controller {
    private static final long FIRST_PAUSE_NANOS = 20_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000;

    FreezerController() {
        super("freezer", "", true);
    }

    @Override
    String limits(LinuxResources r) {
        return "";
    }

    @Override
    void set(GroupDir group, LinuxResources r, boolean fresh) {}

    void freeze(GroupDir group, long patienceMillis) {
        boolean frozen = group.unified() ? freezeV2(group, patienceMillis) : freezeV1(group, patienceMillis);
        if (!frozen) {
            thaw(group);
            throw new EngineException(
                    EngineException.Kind.KERNEL,
                    "the processes of " + group.path() + " did not stop within " + patienceMillis
                            + " ms (one is probably in an uninterruptible system call); the group was thawed again");
        }
    }

    /**
     * The state is FREEZING until all tasks have stopped, and may stay so if one was forked meanwhile; to write again
     * helps. v1 tells of the change by no event, so it is asked for, at growing intervals.
     */
    private static boolean freezeV1(GroupDir group, long patienceMillis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            group.write("freezer.state", "FROZEN");
            if (group.read("freezer.state").strip().equals("FROZEN")) {
                return true;
            }
            if (System.nanoTime() >= end) {
                return false;
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
        }
    }

    private static boolean freezeV2(GroupDir group, long patienceMillis) {
        try (GroupEvents events = new GroupEvents(group)) {
            group.write("cgroup.freeze", "1");
            return events.await("frozen", 1, patienceMillis);
        }
    }

    void thaw(GroupDir group) {
        if (group.unified()) {
            group.write("cgroup.freeze", "0");
        } else {
            group.write("freezer.state", "THAWED");
        }
    }

    boolean frozen(GroupDir group) {
        String file = group.unified() ? "cgroup.freeze" : "freezer.state";
        return group.has(file)
                && List.of("1", "FROZEN", "FREEZING").contains(group.read(file).strip());
    }
}

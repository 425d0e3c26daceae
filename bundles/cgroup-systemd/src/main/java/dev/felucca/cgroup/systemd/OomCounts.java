package dev.felucca.cgroup.systemd;

import dev.felucca.api.EngineException;
import dev.felucca.api.cgroup.CgroupManager.OomWatch;
import dev.felucca.door.cgroup.Groups;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often the OOM killer acted. systemd removes a scope's group with its last process, and the kernel's counter with it, so the
 * counter is read at each event and kept until the group is destroyed. A successor of this driver follows the groups that it finds.
 */
final class OomCounts implements AutoCloseable {
    private record Followed(OomWatch watch, AtomicLong kills) {}

    private final Map<String, Followed> followed = new ConcurrentHashMap<>();
    private final Groups groups;

    OomCounts(Groups groups) {
        this.groups = groups;
    }

    /** Also for a group that somebody else has made, if it is not followed yet. */
    void followOnce(String cgroupsPath) {
        if (!followed.containsKey(cgroupsPath)) {
            follow(cgroupsPath);
        }
    }

    void follow(String cgroupsPath) {
        AtomicLong kills = new AtomicLong();
        OomWatch watch;
        try {
            // v1 tells before it kills, and its counter may be gone after: an event counts as one at least.
            watch = groups.watchOom(
                    cgroupsPath, () -> kills.accumulateAndGet(Math.max(1, groups.oomKills(cgroupsPath)), Math::max));
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.NOT_FOUND) {
                return; // its process has ended already
            }
            throw e;
        }
        Followed before = followed.put(cgroupsPath, new Followed(watch, kills));
        if (before != null) {
            before.watch().close();
        }
    }

    long of(String cgroupsPath) {
        long now = groups.oomKills(cgroupsPath);
        Followed f = followed.get(cgroupsPath);
        return f == null ? now : f.kills().accumulateAndGet(now, Math::max);
    }

    void forget(String cgroupsPath) {
        Followed f = followed.remove(cgroupsPath);
        if (f != null) {
            f.watch().close();
        }
    }

    @Override
    public void close() {
        followed.keySet().forEach(this::forget);
    }
}

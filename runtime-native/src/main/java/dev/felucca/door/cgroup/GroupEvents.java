package dev.felucca.door.cgroup;

import dev.felucca.door.Epoll;
import dev.felucca.door.Inotify;
import java.util.concurrent.TimeUnit;

/** Awaits the events of one v2 group: the kernel marks cgroup.events as modified when a value in it changes. */
final class GroupEvents implements AutoCloseable {
    private final GroupDir group;
    private final Inotify inotify = new Inotify();
    private final Epoll epoll = new Epoll(1);

    GroupEvents(GroupDir group) {
        this.group = group;
        try {
            inotify.add(group.file("cgroup.events"), Inotify.IN_MODIFY | Inotify.IN_DELETE_SELF);
            epoll.add(inotify.fd(), Epoll.EPOLLIN, 0);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** False if the time is over before the key ({@code populated}, {@code frozen}) has the value. A removed group has. */
    boolean await(String key, long value, long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (StatsBuilder.keyed(group.readIfThere("cgroup.events")).getOrDefault(key, value) != value) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            epoll.await((int) Math.min(left, Integer.MAX_VALUE));
            inotify.read();
        }
        return true;
    }

    @Override
    public void close() {
        epoll.close();
        inotify.close();
    }
}

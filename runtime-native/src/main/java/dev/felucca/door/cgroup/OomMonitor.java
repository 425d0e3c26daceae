package dev.felucca.door.cgroup;

import dev.felucca.api.cgroup.CgroupManager.OomWatch;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Epoll;
import dev.felucca.door.Fd;
import dev.felucca.door.Inotify;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when a group runs out of memory. v1: an eventfd that is registered with memory.oom_control through
 * cgroup.event_control; the kernel also signals it when the group is removed. v2: inotify on memory.events, which is
 * modified for other reasons too, so the counter oom_kill decides; and the kernel's log ({@link OomLog}), since the file may be gone
 * before its notification comes. One thread for all groups, started by the first watch.
 */
final class OomMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OomMonitor.class);
    private static final int EVENTS = 64;
    private static final long STOP = 0;
    private static final long KERNEL_LOG = -1;

    private final Map<Long, Watch> watches = new ConcurrentHashMap<>();
    private final AtomicLong keys = new AtomicLong(STOP);
    private final OomLog log = new OomLog();
    private @Nullable Epoll epoll;
    private @Nullable Fd stop;

    /** Reads the notification; returns whether it is an OOM. */
    private interface Source extends AutoCloseable {
        Fd fd();

        boolean isOom();

        @Override
        void close();
    }

    private record Watch(Source source, Runnable onOom) {}

    OomWatch watch(GroupDir memory, Runnable onOom) {
        Epoll e = epoll();
        Source source = memory.unified() ? new V2(memory, e) : new V1(memory);
        long key = keys.incrementAndGet();
        Watch watch = new Watch(source, onOom);
        watches.put(key, watch);
        try {
            e.add(source.fd(), Epoll.EPOLLIN, key);
        } catch (RuntimeException failure) {
            watches.remove(key);
            source.close();
            throw failure;
        }
        return () -> end(key);
    }

    /** The source's lock keeps its descriptor from being closed while the thread reads it. */
    private void end(long key) {
        Watch w = watches.remove(key);
        if (w != null) {
            synchronized (w.source()) {
                w.source().close();
            }
        }
    }

    /** How often the OOM killer has acted in the group and below; of one that is gone, as far as a watch of it knows. */
    long kills(GroupDir memory) {
        long counted = MemoryController.oomKills(memory);
        return memory.unified() ? Math.max(counted, log.kills(memory.below())) : counted;
    }

    private synchronized Epoll epoll() {
        if (epoll == null) {
            Epoll e = new Epoll(EVENTS);
            Fd s = Descriptors.eventfd(0, Descriptors.O_NONBLOCK);
            e.add(s, Epoll.EPOLLIN, STOP);
            epoll = e;
            stop = s;
            Thread t = new Thread(() -> run(e, s), "felucca-oom");
            t.setDaemon(true);
            t.start();
        }
        return epoll;
    }

    private void run(Epoll e, Fd s) {
        try (e;
                s) {
            while (true) {
                int n = e.await(-1);
                for (int i = 0; i < n; i++) {
                    long key = e.key(i);
                    if (key == STOP) {
                        return;
                    }
                    if (key == KERNEL_LOG) {
                        log.drain();
                        watches.forEach(this::look);
                        continue;
                    }
                    Watch w = watches.get(key);
                    if (w != null) {
                        look(key, w);
                    }
                }
            }
        }
    }

    private void look(long key, Watch w) {
        if (oom(key, w)) {
            report(w);
        }
    }

    private boolean oom(long key, Watch w) {
        synchronized (w.source()) {
            return watches.containsKey(key) && w.source().isOom();
        }
    }

    private static void report(Watch w) {
        try {
            w.onOom().run();
        } catch (RuntimeException e) {
            LOG.error("The listener for an out-of-memory event failed", e);
        }
    }

    @Override
    public synchronized void close() {
        watches.keySet().forEach(this::end);
        if (stop != null) {
            Descriptors.write(stop, new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
            stop = null;
            epoll = null;
        }
        log.close();
    }

    private static final class V1 implements Source {
        private final GroupDir group;
        private final Fd eventfd = Descriptors.eventfd(0, Descriptors.O_NONBLOCK);

        V1(GroupDir group) {
            this.group = group;
            try (Fd control = group.open("memory.oom_control", Descriptors.O_RDONLY)) {
                group.write("cgroup.event_control", eventfd.number() + " " + control.number());
            } catch (RuntimeException e) {
                eventfd.close();
                throw e;
            }
        }

        @Override
        public Fd fd() {
            return eventfd;
        }

        @Override
        public boolean isOom() {
            Descriptors.read(eventfd, new byte[8]);
            return group.exists();
        }

        @Override
        public void close() {
            eventfd.close();
        }
    }

    private final class V2 implements Source {
        private final GroupDir group;
        private final Inotify inotify = new Inotify();
        private final OomLog.Entry logged;
        private final long before;
        private long kills;

        V2(GroupDir group, Epoll epoll) {
            this.group = group;
            logged = log.follow(group.below(), epoll, KERNEL_LOG);
            try {
                inotify.add(group.file("memory.events"), Inotify.IN_MODIFY);
                before = MemoryController.oomKills(group);
                kills = before;
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }

        @Override
        public Fd fd() {
            return inotify.fd();
        }

        @Override
        public boolean isOom() {
            inotify.read();
            long now = Math.max(MemoryController.oomKills(group), before + log.kills(logged));
            boolean more = now > kills;
            kills = Math.max(kills, now);
            return more;
        }

        @Override
        public void close() {
            log.forget(logged);
            inotify.close();
        }
    }
}

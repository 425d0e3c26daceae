package dev.felucca.door.cgroup;

import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Epoll;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's own account of OOM kills in cgroup v2, from /dev/kmsg. It is there beside memory.events because the kernel holds
 * notifications of that file back for up to 10 ms, and who has made the group (systemd) may remove it, and its counter, before. The
 * line comes before the kill, so it can be read as soon as the victim's end is known. It is no substitute for the counter: the kernel
 * leaves lines out when there are more than ten in five seconds. Source: mm/oom_kill.c, Documentation/ABI/testing/dev-kmsg. Thread-safe.
 */
final class OomLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OomLog.class);
    private static final String FILE = "/dev/kmsg";
    /** A read gives one record, of at most PRINTK_MESSAGE_MAX bytes. */
    private static final int RECORD = 8192;

    private static final Pattern VICTIM = Pattern.compile(";oom-kill:.*,task_memcg=(.*),task=");

    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(RECORD);
    private boolean begun;
    private @Nullable Fd log;

    /** The kills in a group and below since it was registered. */
    static final class Entry {
        private final String group;
        private long kills;

        private Entry(String group) {
            this.group = group;
        }
    }

    /**
     * Registers a group.
     *
     * @param path below the hierarchy's mount point; the kernel's may be longer, if the engine sees a part of the hierarchy
     */
    synchronized Entry follow(String path, Epoll epoll, long key) {
        begin(epoll, key);
        drain();
        Entry entry = new Entry(path);
        entries.add(entry);
        return entry;
    }

    void forget(Entry entry) {
        entries.remove(entry);
    }

    synchronized long kills(Entry entry) {
        drain();
        return entry.kills;
    }

    /** The most that any entry of this group has. */
    synchronized long kills(String path) {
        drain();
        return entries.stream()
                .filter(e -> e.group.equals(path))
                .mapToLong(e -> e.kills)
                .max()
                .orElse(0);
    }

    private void begin(Epoll epoll, long key) {
        if (begun) {
            return;
        }
        begun = true;
        try {
            Fd fd = Descriptors.open(FILE, Descriptors.O_RDONLY | Descriptors.O_NONBLOCK);
            epoll.add(fd, Epoll.EPOLLIN, key);
            log = fd;
        } catch (KernelException e) {
            LOG.warn(
                    "OOM kills of groups that go with their last process may not be counted, since the kernel's log cannot"
                            + " be read: {}",
                    e.message());
        }
    }

    /** Reads what is new. */
    synchronized void drain() {
        Fd fd = log;
        while (fd != null) {
            buffer.clear();
            try {
                int n = Descriptors.tryRead(fd, buffer);
                if (n <= 0) {
                    return;
                }
                count(StandardCharsets.UTF_8.decode(buffer.flip()).toString());
            } catch (KernelException e) {
                // EPIPE: records were overwritten before they were read; the next read goes on with the oldest that is
                // left
                if (e.errno() != Errno.EPIPE) {
                    throw e;
                }
            }
        }
    }

    private void count(String record) {
        victim(record).ifPresent(group -> entries.stream()
                .filter(e -> (group + "/").contains(e.group + "/"))
                .forEach(e -> e.kills++));
    }

    /** The group of the process that is killed, if the record tells of one. */
    static Optional<String> victim(String record) {
        Matcher m = VICTIM.matcher(record);
        return m.find() ? Optional.of(m.group(1)) : Optional.empty();
    }

    @Override
    public synchronized void close() {
        if (log != null) {
            log.close();
            log = null;
        }
        begun = false;
    }
}

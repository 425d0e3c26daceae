package dev.felucca.door;

import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.util.ArrayList;
import java.util.List;

/** An inotify instance (inotify(7)), non-blocking: wait for its descriptor with {@link Epoll} or the monitor. */
public final class Inotify implements AutoCloseable {
    public static final int IN_MODIFY = 2;
    public static final int IN_CLOSE_WRITE = 8;
    public static final int IN_CREATE = 0x100;
    public static final int IN_DELETE = 0x200;
    public static final int IN_DELETE_SELF = 0x400;
    public static final int IN_IGNORED = 0x8000;
    public static final int IN_Q_OVERFLOW = 0x4000;

    private static final int BUFFER = 4096;

    private final Fd fd;

    /** An event: on which watch, IN_* bits, and for directories the entry's name, else empty. */
    public record Event(int watch, int mask, String name) {}

    public Inotify() {
        fd = Sys.fd(
                "inotify_init1", "inotify", Sys.raw(Nr.INOTIFY_INIT1, Descriptors.O_NONBLOCK | Descriptors.O_CLOEXEC));
    }

    /** The descriptor, readable when there are events; stays this object's. */
    public Fd fd() {
        return fd;
    }

    /** Watches a file or directory; the watch's number, the same for the same file. */
    public int add(String path, int mask) {
        try (Scratch s = Scratch.open()) {
            return (int) Sys.check(
                    "inotify_add_watch", path, Sys.raw(Nr.INOTIFY_ADD_WATCH, fd.number(), s.string(path), mask));
        }
    }

    public void remove(int watch) {
        Sys.check("inotify_rm_watch", fd, Sys.raw(Nr.INOTIFY_RM_WATCH, fd.number(), watch));
    }

    /** The events that are there now, perhaps none. */
    public List<Event> read() {
        List<Event> all = new ArrayList<>();
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(BUFFER);
            long n = Sys.raw(Nr.READ, fd.number(), m.address(), BUFFER);
            if (n == -Errno.EAGAIN) {
                return all;
            }
            Sys.check("read", fd, n);
            for (int at = 0; at < n; at += 16 + m.getInt(at + 12)) {
                String name = m.getInt(at + 12) == 0 ? "" : m.string(at + 16);
                all.add(new Event(m.getInt(at), m.getInt(at + 4), name));
            }
            return all;
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}

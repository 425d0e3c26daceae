package dev.felucca.door;

import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.nio.ByteBuffer;

/**
 * An epoll instance (epoll(7)) for one waiting thread; {@link #add}, {@link #modify} and {@link #remove} may be called
 * from any. Each descriptor is registered with a key of the caller's choice.
 */
public final class Epoll implements AutoCloseable {
    public static final int EPOLLIN = 1;
    public static final int EPOLLPRI = 2;
    public static final int EPOLLOUT = 4;
    public static final int EPOLLERR = 8;
    public static final int EPOLLHUP = 0x10;
    public static final int EPOLLRDHUP = 0x2000;
    public static final int EPOLLONESHOT = 1 << 30;
    public static final int EPOLLET = 1 << 31;

    private static final int ADD = 1;
    private static final int DELETE = 2;
    private static final int MODIFY = 3;
    // struct epoll_event is packed on x86-64 only.
    private static final int KEY = Nr.X86_64 ? 4 : 8;
    private static final int EVENT = KEY + 8;

    private final Fd fd;
    private final int max;
    private final ByteBuffer events;
    private final long address;

    /** maxEvents: how many a {@link #await} gives at most. */
    public Epoll(int maxEvents) {
        fd = Sys.fd("epoll_create1", "epoll", Sys.raw(Nr.EPOLL_CREATE1, Descriptors.O_CLOEXEC));
        max = maxEvents;
        events = Scratch.direct(maxEvents * EVENT);
        address = Scratch.addressOf(events);
    }

    public void add(Fd watched, int interest, long key) {
        control(ADD, watched, interest, key);
    }

    public void modify(Fd watched, int interest, long key) {
        control(MODIFY, watched, interest, key);
    }

    public void remove(Fd watched) {
        control(DELETE, watched, 0, 0);
    }

    private void control(int operation, Fd watched, int interest, long key) {
        try (Scratch s = Scratch.open()) {
            var m = s.alloc(16).putInt(0, interest).putLong(KEY, key);
            Sys.check(
                    "epoll_ctl", watched, Sys.raw(Nr.EPOLL_CTL, fd.number(), operation, watched.number(), m.address()));
        }
    }

    /**
     * Waits.
     *
     * @param timeoutMillis -1 for as long as it takes
     * @return how many events there are: {@link #key(int)}, {@link #ready(int)}; 0 after the time or a signal
     */
    public int await(int timeoutMillis) {
        long r = Sys.onceOf5(Nr.EPOLL_PWAIT, fd.number(), address, max, timeoutMillis, 0);
        return r == -Errno.EINTR ? 0 : (int) Sys.check("epoll_wait", fd, r);
    }

    /** The key of the event with this index, valid until the next {@link #await}. */
    public long key(int index) {
        return events.getLong(index * EVENT + KEY);
    }

    /** What is ready, as EPOLL* bits. */
    public int ready(int index) {
        return events.getInt(index * EVENT);
    }

    @Override
    public void close() {
        fd.close();
    }
}

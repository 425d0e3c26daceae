package dev.felucca.door.services;

import dev.felucca.door.Descriptors;
import dev.felucca.door.Epoll;
import dev.felucca.door.Fd;
import dev.felucca.door.Transfers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread of the pump. The streams' state is touched in this thread only; others {@link #post} tasks to it. */
final class PumpThread {
    private static final Logger LOG = LoggerFactory.getLogger(PumpThread.class);
    private static final int PIECE = 64 * 1024;
    private static final int BATCH = 128;
    private static final long WAKE = 0;

    /** A stream that is served by this thread. */
    abstract static class Stream {
        private long number;
        private boolean registered;

        abstract Fd fd();

        /** Does one read or write's worth of work. */
        abstract void serve();

        /** Ends without a word to the listener. */
        abstract void drop();
    }

    /** The buffer of this thread's reads. */
    final ByteBuffer piece = Transfers.directBuffer(PIECE);

    private final Epoll epoll = new Epoll(BATCH);
    private final Fd wake = Descriptors.eventfd(0, Descriptors.O_NONBLOCK);
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Map<Long, Stream> streams = new HashMap<>();
    /** Those that are not done, watched or not. */
    private final Set<Stream> live = new HashSet<>();

    private final Thread thread;
    private long numbers = WAKE;
    private volatile boolean stopping;

    PumpThread(String name) {
        epoll.add(wake, Epoll.EPOLLIN, WAKE);
        thread = new Thread(null, this::run, name, 512 * 1024);
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs a task in this thread soon. */
    void post(Runnable task) {
        if (stopping) {
            // All streams are dropped already.
            return;
        }
        tasks.add(task);
        if (woken.compareAndSet(false, true)) {
            Descriptors.writeAll(
                    wake, ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(0, 1));
        }
    }

    void begin(Stream stream) {
        live.add(stream);
    }

    void forget(Stream stream) {
        unwatch(stream);
        live.remove(stream);
    }

    boolean isWatched(Stream stream) {
        return stream.registered;
    }

    /** Serves the stream whenever it is ready; in this thread only, as all the others that take a stream. */
    void watch(Stream stream, int interest) {
        if (!stream.registered) {
            if (stream.number == 0) {
                stream.number = ++numbers;
            }
            epoll.add(stream.fd(), interest, stream.number);
            streams.put(stream.number, stream);
            stream.registered = true;
        }
    }

    /** Out of epoll altogether, because a hang-up is reported even to those who asked for nothing. */
    void unwatch(Stream stream) {
        if (stream.registered) {
            stream.registered = false;
            streams.remove(stream.number);
            epoll.remove(stream.fd());
        }
    }

    private void run() {
        while (!stopping) {
            int n = epoll.await(-1);
            for (int i = 0; i < n; i++) {
                long number = epoll.key(i);
                if (number == WAKE) {
                    Descriptors.read(wake, new byte[8]);
                } else {
                    Stream s = streams.get(number);
                    if (s != null) {
                        guard(s::serve, s);
                    }
                }
            }
            runTasks();
        }
    }

    private void runTasks() {
        woken.set(false);
        // Only those that are there now: a task may post itself again for its next turn.
        for (int left = tasks.size(); left > 0; left--) {
            Runnable task = tasks.poll();
            if (task != null) {
                guard(task, null);
            }
        }
    }

    /** A sink that fails costs its own stream, not the thread. */
    void guard(Runnable work, @org.jspecify.annotations.Nullable Stream stream) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a stream's listener failed{}", stream == null ? "" : "; " + stream.fd() + " is closed", e);
            if (stream != null) {
                stream.drop();
            }
        }
    }

    void close() {
        post(() -> {
            new ArrayList<>(live).forEach(Stream::drop);
            stopping = true;
        });
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        epoll.close();
        wake.close();
    }
}

package dev.felucca.door.services;

import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Epoll;
import dev.felucca.door.Errno;
import dev.felucca.door.ExitStatus;
import dev.felucca.door.Fd;
import dev.felucca.door.Monitor;
import dev.felucca.door.Processes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread on one epoll instance; each registration has a number that is never used again. */
@Component(service = Monitor.class, immediate = true)
public final class MonitorComponent implements Monitor {
    private static final Logger LOG = LoggerFactory.getLogger(MonitorComponent.class);
    private static final int BATCH = 256;
    private static final long STOP = 0;

    private final Epoll epoll = new Epoll(BATCH);
    private final Fd stop = Descriptors.eventfd(0, Descriptors.O_NONBLOCK);
    private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong(STOP);
    private final Lanes lanes = new Lanes("felucca-event");
    private final Modifications modifications;
    private final Thread thread;

    @Activate
    public MonitorComponent() {
        epoll.add(stop, Epoll.EPOLLIN, STOP);
        thread = new Thread(null, this::run, "felucca-monitor", 512 * 1024);
        thread.setDaemon(true);
        modifications = new Modifications(lanes);
        thread.start();
        onReadable("felucca-inotify", modifications.fd(), modifications::dispatch);
    }

    /** A registration; {@code fired} runs in the epoll thread. */
    private abstract class Entry implements Watch {
        final String key;
        final Fd fd;
        final long number = numbers.incrementAndGet();
        final AtomicBoolean open = new AtomicBoolean(true);

        Entry(String key, Fd fd) {
            this.key = key;
            this.fd = fd;
        }

        Watch register(int interest) {
            entries.put(number, this);
            try {
                epoll.add(fd, interest, number);
            } catch (RuntimeException e) {
                entries.remove(number);
                throw e;
            }
            return this;
        }

        abstract boolean isExit();

        abstract void fired();

        /** Ends the registration; whether this call did it. */
        boolean end() {
            if (!open.compareAndSet(true, false)) {
                return false;
            }
            entries.remove(number);
            epoll.remove(fd);
            return true;
        }

        void submit(Runnable task) {
            lanes.submit(key, () -> {
                if (open.get()) {
                    task.run();
                }
            });
        }
    }

    @Override
    public Watch onExit(String key, int pid, Consumer<Exit> listener) {
        return onExit(key, pid, Processes.pidfdOpen(pid), listener);
    }

    @Override
    public Watch onExit(String key, int pid, Fd pidfd, Consumer<Exit> listener) {
        return new Entry(key, pidfd) {
            @Override
            boolean isExit() {
                return true;
            }

            @Override
            void fired() {
                // Claimed before it is reaped: a registration that is closed meanwhile reaps nothing.
                if (end()) {
                    reap(key, pid, pidfd, listener);
                }
            }

            @Override
            public void close() {
                if (end()) {
                    pidfd.close();
                }
            }
        }.register(Epoll.EPOLLIN);
    }

    private void reap(String key, int pid, Fd pidfd, Consumer<Exit> listener) {
        Instant now = Instant.now();
        try (pidfd) {
            Optional<ExitStatus> status = Processes.poll(pidfd);
            if (status.isPresent()) {
                lanes.submit(key, () -> listener.accept(new Exit(pid, status, now)));
            } else {
                // Ended, but a tracer has yet to let go of it; that may take long.
                lanes.submit(key, () -> listener.accept(new Exit(pid, Optional.of(Processes.wait(pid)), now)));
            }
        } catch (KernelException e) {
            if (e.errno() != Errno.ECHILD) {
                LOG.error("the status of {} ({}) is lost", pid, key, e);
            }
            lanes.submit(key, () -> listener.accept(new Exit(pid, Optional.empty(), now)));
        }
    }

    @Override
    public Watch onReadable(String key, Fd fd, Runnable listener) {
        return new Entry(key, fd) {
            @Override
            boolean isExit() {
                return false;
            }

            @Override
            void fired() {
                // One shot: silent until the listener has had its turn.
                submit(() -> {
                    try {
                        listener.run();
                    } finally {
                        rearm();
                    }
                });
            }

            private synchronized void rearm() {
                if (open.get()) {
                    epoll.modify(fd, Epoll.EPOLLIN | Epoll.EPOLLONESHOT, number);
                }
            }

            @Override
            public synchronized void close() {
                end();
            }
        }.register(Epoll.EPOLLIN | Epoll.EPOLLONESHOT);
    }

    @Override
    public Watch onEvent(String key, Fd eventfd, LongConsumer listener) {
        Descriptors.setNonblocking(eventfd, true);
        return new Entry(key, eventfd) {
            @Override
            boolean isExit() {
                return false;
            }

            @Override
            void fired() {
                ByteBuffer count = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
                Descriptors.read(eventfd, count);
                submit(() -> listener.accept(count.getLong(0)));
            }

            @Override
            public void close() {
                if (end()) {
                    eventfd.close();
                }
            }
        }.register(Epoll.EPOLLIN);
    }

    @Override
    public Watch onModify(String key, String file, Runnable listener) {
        return modifications.add(key, file, listener);
    }

    private void run() {
        List<Entry> later = new ArrayList<>();
        while (true) {
            int n = epoll.await(-1);
            later.clear();
            for (int i = 0; i < n; i++) {
                long number = epoll.key(i);
                if (number == STOP) {
                    return;
                }
                Entry e = entries.get(number);
                if (e != null && e.isExit()) {
                    fire(e);
                } else if (e != null) {
                    later.add(e);
                }
            }
            later.forEach(MonitorComponent::fire);
        }
    }

    private static void fire(Entry e) {
        try {
            if (e.open.get()) {
                e.fired();
            }
        } catch (RuntimeException failure) {
            // Closed from another thread just now, or a defect; in both cases the thread must go on.
            if (e.open.get()) {
                LOG.error("the watch of {} for {} failed and ends", e.fd, e.key, failure);
                e.close();
            }
        }
    }

    @Deactivate
    void close() {
        Descriptors.writeAll(
                stop, ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(0, 1));
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        lanes.close(5);
        new ArrayList<>(entries.values()).forEach(Watch::close);
        modifications.close();
        epoll.close();
        stop.close();
    }
}

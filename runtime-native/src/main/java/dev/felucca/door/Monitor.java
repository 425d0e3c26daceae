package dev.felucca.door;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Watches what the engine waits for: ends of processes, readable sockets, OOM notifications. One thread waits with
 * epoll(7) for all of them and does nothing else than reap and hand over, ends of processes first; so neither a flood
 * nor a slow listener delays the record of an exit.
 *
 * <p>Listeners run on a small pool. Those of one <em>key</em> (as a rule a container's id) run one after another in the
 * order of the events; those of different keys run side by side. A listener that fails is logged and stays registered.
 * Stdio is not for this service but for {@link Pump}.
 */
@ProviderType
public interface Monitor {
    /** A registration. Closing it is idempotent; a listener that has begun may still be running afterwards. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * The end of a process.
     *
     * @param status how it ended; empty if it was not this process's child, so that only its end is known
     * @param time when the monitor saw it
     */
    record Exit(int pid, Optional<ExitStatus> status, Instant time) {}

    /**
     * Reports the end of a child and reaps it, exactly once: nobody else may wait for it. The registration ends with it.
     * A closed registration reaps nothing, and whoever closes it takes over that duty.
     */
    Watch onExit(String key, int pid, Consumer<Exit> listener);

    /** As {@link #onExit(String, int, Consumer)}, also for processes that are not children; takes over the pidfd. */
    Watch onExit(String key, int pid, Fd pidfd, Consumer<Exit> listener);

    /**
     * Calls the listener when the descriptor is readable, at its end or in error; and again after the listener returned,
     * if it still is. The descriptor stays the caller's, to be closed after the registration.
     */
    Watch onReadable(String key, Fd fd, Runnable listener);

    /**
     * Reads an eventfd and reports its count: for v1 cgroups' OOM notifications, which also come once when the group is
     * removed. Takes over the descriptor and makes it non-blocking.
     */
    Watch onEvent(String key, Fd eventfd, LongConsumer listener);

    /** Reports that a file was modified (inotify(7)): for v2 cgroups' {@code memory.events}. Ends when the file is removed. */
    Watch onModify(String key, String file, Runnable listener);
}

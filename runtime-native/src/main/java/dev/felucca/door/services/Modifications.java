package dev.felucca.door.services;

import dev.felucca.door.Fd;
import dev.felucca.door.Inotify;
import dev.felucca.door.Monitor;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** One inotify instance for all files; several watches may be of the same file, which has one number. */
final class Modifications implements AutoCloseable {
    private final Inotify inotify = new Inotify();
    private final Lanes lanes;
    private final Map<Integer, Set<FileWatch>> watches = new HashMap<>();

    Modifications(Lanes lanes) {
        this.lanes = lanes;
    }

    private final class FileWatch implements Monitor.Watch {
        final String key;
        final Runnable listener;
        final AtomicBoolean open = new AtomicBoolean(true);
        int number;

        FileWatch(String key, Runnable listener) {
            this.key = key;
            this.listener = listener;
        }

        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                drop(this);
            }
        }
    }

    Fd fd() {
        return inotify.fd();
    }

    synchronized Monitor.Watch add(String key, String file, Runnable listener) {
        FileWatch w = new FileWatch(key, listener);
        w.number = inotify.add(file, Inotify.IN_MODIFY);
        watches.computeIfAbsent(w.number, n -> new LinkedHashSet<>()).add(w);
        return w;
    }

    private synchronized void drop(FileWatch w) {
        Set<FileWatch> same = watches.get(w.number);
        if (same != null && same.remove(w) && same.isEmpty()) {
            watches.remove(w.number);
            inotify.remove(w.number);
        }
    }

    /** Hands over what has happened. */
    synchronized void dispatch() {
        for (Inotify.Event e : inotify.read()) {
            if ((e.mask() & Inotify.IN_Q_OVERFLOW) != 0) {
                // What was lost is unknown, so everybody looks.
                watches.values().forEach(same -> same.forEach(this::submit));
            } else if ((e.mask() & Inotify.IN_IGNORED) != 0) {
                Set<FileWatch> gone = watches.remove(e.watch());
                if (gone != null) {
                    gone.forEach(w -> w.open.set(false));
                }
            } else {
                watches.getOrDefault(e.watch(), Set.of()).forEach(this::submit);
            }
        }
    }

    private void submit(FileWatch w) {
        lanes.submit(w.key, () -> {
            if (w.open.get()) {
                w.listener.run();
            }
        });
    }

    @Override
    public synchronized void close() {
        watches.clear();
        inotify.close();
    }
}

package dev.felucca.core.streams;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells of changes in directories (inotify(7)): one thread for all, from the first directory on. Thread-safe. */
public final class LogWatch implements AutoCloseable {
    private final Map<WatchKey, Runnable> listeners = new HashMap<>();
    private @Nullable WatchService service;
    private boolean closed;

    /**
     * Calls back for each change in the directory, perhaps several at once. A directory has one listener.
     *
     * @return close it to end
     */
    synchronized Watching watch(Path directory, Runnable onChange) throws IOException {
        if (closed) {
            throw new IOException("the engine is ending");
        }
        WatchService watcher = service;
        if (watcher == null) {
            WatchService fresh = FileSystems.getDefault().newWatchService();
            service = watcher = fresh;
            Thread thread = new Thread(() -> listen(fresh), "felucca-log-watch");
            thread.setDaemon(true);
            thread.start();
        }
        WatchKey key =
                directory.register(watcher, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_CREATE);
        listeners.put(key, onChange);
        return () -> {
            synchronized (this) {
                listeners.remove(key);
                key.cancel();
            }
        };
    }

    private void listen(WatchService watcher) {
        try {
            while (true) {
                WatchKey key = watcher.take();
                key.pollEvents();
                key.reset();
                Runnable listener;
                synchronized (this) {
                    listener = listeners.get(key);
                }
                if (listener != null) {
                    listener.run();
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            // the engine ends
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (service != null) {
            service.close();
        }
    }

    /** A registration. */
    interface Watching extends AutoCloseable {
        @Override
        void close();
    }
}

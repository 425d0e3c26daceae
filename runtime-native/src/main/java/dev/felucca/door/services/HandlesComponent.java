package dev.felucca.door.services;

import dev.felucca.api.EngineException;
import dev.felucca.door.Handles;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table, in memory: what it holds cannot outlive the process. */
@Component(service = Handles.class, immediate = true)
public final class HandlesComponent implements Handles {
    private static final Logger LOG = LoggerFactory.getLogger(HandlesComponent.class);

    private record Key(String kind, String id) {}

    private record Held(AutoCloseable handle, Instant since) {}

    private final Map<Key, Held> table = new ConcurrentHashMap<>();

    @Activate
    public HandlesComponent() {}

    @Override
    public void put(String kind, String id, AutoCloseable handle) {
        ClassLoader loader = handle.getClass().getClassLoader();
        boolean lasting = loader == null
                || loader == ClassLoader.getPlatformClassLoader()
                || loader == Handles.class.getClassLoader()
                || loader == EngineException.class.getClassLoader();
        if (!lasting) {
            throw EngineException.invalid(
                    "a handle of class " + handle.getClass().getName() + " for " + kind + " " + id
                            + " would not outlive its bundle; put a descriptor");
        }
        if (table.putIfAbsent(new Key(kind, id), new Held(handle, Instant.now())) != null) {
            throw EngineException.conflict("there is a handle for " + kind + " " + id);
        }
    }

    @Override
    public <T extends AutoCloseable> Optional<T> get(String kind, String id, Class<T> type) {
        return cast(kind, id, type, table.get(new Key(kind, id)));
    }

    @Override
    public <T extends AutoCloseable> Optional<T> take(String kind, String id, Class<T> type) {
        Key key = new Key(kind, id);
        Held held = table.get(key);
        Optional<T> handle = cast(kind, id, type, held);
        // Whoever removes it owns it, even if two take at once.
        return held != null && table.remove(key, held) ? handle : Optional.empty();
    }

    private static <T extends AutoCloseable> Optional<T> cast(
            String kind, String id, Class<T> type, @org.jspecify.annotations.Nullable Held held) {
        if (held == null) {
            return Optional.empty();
        }
        if (!type.isInstance(held.handle)) {
            throw EngineException.internal(
                    "the handle for " + kind + " " + id + " is a " + held.handle.getClass() + ", not a " + type, null);
        }
        return Optional.of(type.cast(held.handle));
    }

    @Override
    public boolean close(String kind, String id) {
        Held held = table.remove(new Key(kind, id));
        if (held != null) {
            close(kind, id, held);
        }
        return held != null;
    }

    private static void close(String kind, String id, Held held) {
        try {
            held.handle.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw EngineException.internal("closing the handle for " + kind + " " + id + ": " + e, e);
        }
    }

    @Override
    public List<Entry> list() {
        return table.entrySet().stream()
                .map(e -> new Entry(
                        e.getKey().kind, e.getKey().id, e.getValue().handle.toString(), e.getValue().since))
                .sorted(Comparator.comparing(Entry::kind).thenComparing(Entry::id))
                .toList();
    }

    @Deactivate
    void closeAll() {
        table.forEach((key, held) -> {
            try {
                close(key.kind, key.id, held);
            } catch (RuntimeException e) {
                LOG.warn("a handle could not be closed at the engine's stop", e);
            }
        });
        table.clear();
    }
}

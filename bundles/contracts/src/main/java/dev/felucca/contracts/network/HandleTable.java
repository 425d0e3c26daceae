package dev.felucca.contracts.network;

import dev.felucca.door.Handles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The door's table, as far as it is used here. */
public final class HandleTable implements Handles {
    private final Map<String, AutoCloseable> open = new HashMap<>();

    @Override
    public void put(String kind, String id, AutoCloseable handle) {
        open.put(kind + "/" + id, handle);
    }

    @Override
    public <T extends AutoCloseable> Optional<T> get(String kind, String id, Class<T> type) {
        return Optional.ofNullable(open.get(kind + "/" + id)).map(type::cast);
    }

    @Override
    public <T extends AutoCloseable> Optional<T> take(String kind, String id, Class<T> type) {
        return Optional.ofNullable(open.remove(kind + "/" + id)).map(type::cast);
    }

    @Override
    public boolean close(String kind, String id) {
        AutoCloseable handle = open.remove(kind + "/" + id);
        try {
            if (handle != null) {
                handle.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return handle != null;
    }

    @Override
    public List<Entry> list() {
        List<Entry> all = new ArrayList<>();
        open.forEach((key, h) -> all.add(
                new Entry(key.substring(0, key.indexOf('/')), key.substring(key.indexOf('/') + 1), "", Instant.EPOCH)));
        return all;
    }
}

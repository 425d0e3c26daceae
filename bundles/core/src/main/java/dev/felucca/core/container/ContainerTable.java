package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** All containers, by id and by name. Names are reserved before anything else of a container is made. */
final class ContainerTable {
    private final NavigableMap<String, Container> byId = new ConcurrentSkipListMap<>();
    private final ConcurrentMap<String, String> names = new ConcurrentHashMap<>();

    /** Reserves the name, or an invented one. */
    String reserve(@Nullable String wanted, String id) {
        if (wanted != null && !wanted.isEmpty()) {
            String name = Names.check(wanted);
            String holder = names.putIfAbsent(name, id);
            if (holder != null) {
                throw EngineException.conflict("Conflict. The container name \"/" + name
                        + "\" is already in use by container \"" + holder
                        + "\". You have to remove (or rename) that container to be able to reuse that name.");
            }
            return name;
        }
        for (int attempt = 0; ; attempt++) {
            String name = Names.invent(attempt);
            if (names.putIfAbsent(name, id) == null) {
                return name;
            }
        }
    }

    void releaseName(String name, String id) {
        names.remove(name, id);
    }

    void add(Container container) {
        byId.put(container.id, container);
    }

    void remove(Container container) {
        byId.remove(container.id);
        releaseName(container.info().name(), container.id);
    }

    Collection<Container> all() {
        return byId.values();
    }

    /** By its whole id; null if there is none. */
    @Nullable
    Container find(String id) {
        return byId.get(id);
    }

    Container get(String reference) {
        Container found = byId.get(reference);
        if (found != null) {
            return found;
        }
        String id = names.get(reference.startsWith("/") ? reference.substring(1) : reference);
        found = id == null ? null : byId.get(id);
        if (found != null) {
            return found;
        }
        if (!reference.isEmpty()) {
            NavigableMap<String, Container> tail = byId.subMap(reference, true, reference + Character.MAX_VALUE, false);
            var matches = tail.values().iterator();
            if (matches.hasNext()) {
                Container only = matches.next();
                if (matches.hasNext()) {
                    throw EngineException.invalid("Multiple IDs found with provided prefix: " + reference);
                }
                return only;
            }
        }
        throw EngineException.notFound("No such container: " + reference);
    }
}

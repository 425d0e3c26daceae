package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.core.store.ExecStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The execs of all containers, by id. Those that have ended are kept until their container's next run, or its removal, so that
 * their exit codes can be asked for; in a run that goes on they are forgotten after a while, since health checks make one after
 * the other. Thread-safe.
 */
final class ExecTable {
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final ConcurrentSkipListMap<String, Exec> byId = new ConcurrentSkipListMap<>();
    private final ExecStore store;

    ExecTable(ExecStore store) {
        this.store = store;
    }

    /** The records of those whose container survives the engine. */
    ExecStore store() {
        return store;
    }

    void add(Exec exec) {
        byId.values().stream().filter(e -> e.endedFor(KEPT)).toList().forEach(e -> {
            byId.remove(e.id);
            store.forget(e.container.id, e.id);
        });
        byId.put(exec.id, exec);
    }

    Exec get(String reference) {
        Exec found = byId.get(reference);
        if (found == null && !reference.isEmpty()) {
            List<Exec> matches = byId.subMap(reference, true, reference + Character.MAX_VALUE, false).values().stream()
                    .limit(2)
                    .toList();
            if (matches.size() > 1) {
                throw EngineException.invalid("Multiple exec IDs found with provided prefix: " + reference);
            }
            found = matches.isEmpty() ? null : matches.get(0);
        }
        if (found == null) {
            throw EngineException.notFound("No such exec instance: " + reference);
        }
        return found;
    }

    List<Exec> of(Container c) {
        return byId.values().stream().filter(e -> e.container == c).toList();
    }

    /** Of the runs before this one. */
    void forget(Container c) {
        byId.values().removeIf(e -> e.container == c);
        store.forget(c.id);
    }
}

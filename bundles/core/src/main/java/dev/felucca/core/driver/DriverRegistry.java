package dev.felucca.core.driver;

import dev.felucca.api.EngineException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.driver.DriverKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.osgi.framework.Bundle;

/**
 * The drivers of one kind. Several names are there at once, and for a moment several builds of one name: the first in its
 * list serves, the others wait to be promoted or are draining.
 *
 * <p>A lease waits for a driver that is not there (it may be just being replaced) up to the configured time; so call it where
 * waiting is allowed.
 */
public final class DriverRegistry<D extends Driver> {
    private final DriverKind kind;
    private final Function<D, Set<String>> keys;
    private final LongSupplier waitMillis;
    private final Map<String, List<DriverEntry<D>>> entries = new TreeMap<>();
    /** Names that have ever been there. */
    private final Set<String> seen = new TreeSet<>();

    private final List<Consumer<String>> firstListeners = new ArrayList<>();

    /** @param keys the names by which a driver can be leased; a driver's name, or a backend's runtimes */
    DriverRegistry(DriverKind kind, Function<D, Set<String>> keys, LongSupplier waitMillis) {
        this.kind = kind;
        this.keys = keys;
        this.waitMillis = waitMillis;
    }

    /**
     * @throws EngineException UNAVAILABLE ("storage driver overlay is not available") after the waiting time
     */
    public Lease<D> lease(String name) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis.getAsLong());
        synchronized (entries) {
            for (; ; ) {
                for (DriverEntry<D> e : entries.getOrDefault(name, List.of())) {
                    if (e.acquire()) {
                        return new Lease<>(e);
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw EngineException.unavailable(kind.title() + " " + name + " is not available; there are: "
                            + (names().isEmpty() ? "none" : String.join(", ", names()))
                            + ". Start its bundle, or choose another one");
                }
                try {
                    entries.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw EngineException.unavailable("interrupted while waiting for " + kind.title() + " " + name);
                }
            }
        }
    }

    /** Whether a driver of that name serves now, or has served: such a one may be just being replaced, and a lease waits. */
    public boolean knows(String name) {
        synchronized (entries) {
            return seen.contains(name);
        }
    }

    /**
     * Tells each name once: now if a driver of that name has been there, else when the first comes. The listener must not
     * block.
     */
    public void onFirst(Consumer<String> listener) {
        synchronized (entries) {
            firstListeners.add(listener);
            seen.forEach(listener);
        }
    }

    public Set<String> names() {
        synchronized (entries) {
            Set<String> found = new TreeSet<>();
            entries.forEach((n, list) -> {
                if (list.stream().anyMatch(e -> !e.draining())) {
                    found.add(n);
                }
            });
            return found;
        }
    }

    DriverEntry<D> add(D driver, Bundle bundle) {
        DriverEntry<D> entry = new DriverEntry<>(driver, driver.name(), bundle);
        synchronized (entries) {
            for (String key : keys.apply(driver)) {
                entries.computeIfAbsent(key, k -> new ArrayList<>()).add(entry);
                if (seen.add(key)) {
                    firstListeners.forEach(l -> l.accept(key));
                }
            }
            entries.notifyAll();
        }
        return entry;
    }

    /** Takes an instance out and waits for its calls; false if some were still in flight after the time. */
    boolean remove(DriverEntry<D> entry, long drainMillis) {
        boolean clean = entry.drain(drainMillis);
        synchronized (entries) {
            entries.values().forEach(list -> list.remove(entry));
            entries.values().removeIf(List::isEmpty);
        }
        return clean;
    }

    /** Makes the entries of a bundle the ones that serve. */
    void promote(Bundle bundle) {
        synchronized (entries) {
            for (List<DriverEntry<D>> list : entries.values()) {
                list.sort((a, b) -> Boolean.compare(!a.bundle.equals(bundle), !b.bundle.equals(bundle)));
            }
        }
    }

    List<DriverEntry<D>> all() {
        synchronized (entries) {
            return entries.values().stream().flatMap(List::stream).distinct().toList();
        }
    }

    /** The names by which it can be leased, sorted. */
    List<String> choices(DriverEntry<?> entry) {
        synchronized (entries) {
            return entries.entrySet().stream()
                    .filter(e -> e.getValue().contains(entry))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    /** What a bundle offers. */
    List<DriverEntry<D>> of(Bundle bundle) {
        return all().stream().filter(e -> e.bundle.equals(bundle)).toList();
    }

    DriverKind kind() {
        return kind;
    }
}

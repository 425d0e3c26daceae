package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's state, who holds what, and every change of it. A change is made under one lock, is on disk before it is seen,
 * and takes a few milliseconds: content was written and synced before. So a hold and a removal never cross.
 */
final class Catalog {
    private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

    private final Layout layout;
    private final StateFile file;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Set<String>> holds = new HashMap<>();
    private final Set<Pins> pinned = new HashSet<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile State state;

    record Removed(List<String> lines, long bytes) {}

    Catalog(Layout layout, Limits limits) {
        this.layout = layout;
        file = new StateFile(layout, limits);
        state = withoutDangling(file.read());
        long bytes = collect(state);
        if (bytes > 0) {
            LOG.warn("removed {} bytes of content that no image refers to", bytes);
        }
        file.writeIndex(state);
    }

    private static State withoutDangling(State read) {
        State s = read;
        for (State.Named n : read.references().values()) {
            if (!read.images().containsKey(n.id()) && !read.damaged().containsKey(n.id())) {
                LOG.warn("the reference {} names the image {}, which is not there: dropped", n.reference(), n.id());
                s = s.withoutReference(n.reference());
            }
        }
        return s;
    }

    State state() {
        return state;
    }

    /**
     * Takes images in, all or none.
     *
     * @return what a user should know about tags that moved
     */
    List<String> add(List<Incoming> images, Staging staging) {
        images.forEach(i -> i.parts().forEach(staging::sync));
        List<String> lines = new ArrayList<>();
        lock.lock();
        try {
            State next = state;
            for (Incoming i : images) {
                StoredImage have = next.images().get(i.image().id());
                if (have == null
                        || have.manifest().digest().equals(i.image().manifest().digest())) {
                    i.parts().forEach(staging::adopt);
                    next = next.withImage(i.image());
                }
                for (Reference r : i.names()) {
                    State.Named old = next.references().get(r.toString());
                    if (old != null && !old.id().equals(i.image().id())) {
                        lines.add("The image " + r.familiar() + " already exists, renaming the old one with ID "
                                + old.id() + " to empty string");
                    }
                    next = next.withReference(r, i.image().id());
                }
            }
            layout.syncBlobs();
            commit(next);
        } catch (RuntimeException e) {
            collectAfter(e);
            throw e;
        } finally {
            lock.unlock();
        }
        return lines;
    }

    private void collectAfter(RuntimeException failure) {
        try {
            collect(state);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void commit(State next) {
        file.write(next);
        state = next;
        file.writeIndex(next);
    }

    /** Removes content that nobody needs; bytes that were freed. */
    private long collect(State of) {
        if (!of.damaged().isEmpty()) {
            LOG.warn(
                    "nothing is collected while images are damaged: {}",
                    of.damaged().keySet());
            return 0;
        }
        Set<String> live = of.live();
        pinned.forEach(p -> live.addAll(p.digests));
        AtomicLong bytes = new AtomicLong();
        layout.collect(live, (digest, size) -> bytes.addAndGet(size));
        return bytes.get();
    }

    String tag(String reference, Reference target) {
        lock.lock();
        try {
            String id = Lookup.find(state, reference).image().id();
            commit(state.withReference(target, id));
            return id;
        } finally {
            lock.unlock();
        }
    }

    /** Gives an image one more reference, if it is there still. */
    void name(String id, Reference reference) {
        lock.lock();
        try {
            if (state.images().containsKey(id)) {
                commit(state.withReference(reference, id));
            }
        } finally {
            lock.unlock();
        }
    }

    StoredImage hold(String reference, String holder) {
        lock.lock();
        try {
            StoredImage image = Lookup.find(state, reference).image();
            holds.computeIfAbsent(holder, h -> new HashSet<>()).add(image.id());
            return image;
        } finally {
            lock.unlock();
        }
    }

    void release(String holder) {
        lock.lock();
        try {
            holds.remove(holder);
        } finally {
            lock.unlock();
        }
    }

    /** Someone who holds the image; null if nobody does. */
    private @Nullable String holder(String id) {
        return holds.entrySet().stream()
                .filter(e -> e.getValue().contains(id))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst()
                .orElse(null);
    }

    Removed remove(String reference, boolean force) {
        return change(s -> Removal.remove(s, reference, force, this::holder));
    }

    Removed prune(boolean all) {
        return change(s -> Removal.prune(s, all, this::holder));
    }

    private Removed change(Function<State, Removal> plan) {
        Removed removed;
        boolean gone;
        lock.lock();
        try {
            Removal r = plan.apply(state);
            if (r.lines().isEmpty()) {
                return new Removed(List.of(), 0);
            }
            gone = r.next().images().size() < state.images().size();
            commit(r.next());
            removed = new Removed(r.lines(), gone ? collect(state) : 0);
        } finally {
            lock.unlock();
        }
        if (gone) {
            listeners.forEach(Runnable::run);
        }
        return removed;
    }

    AutoCloseable onRemoved(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Begins an operation that needs content to stay. */
    Pins pins() {
        Pins p = new Pins();
        lock.lock();
        try {
            pinned.add(p);
        } finally {
            lock.unlock();
        }
        return p;
    }

    /** Content that one operation reads or relies on, and that is not collected before it is closed. */
    final class Pins implements KnownBlobs, AutoCloseable {
        private final Set<String> digests = new HashSet<>();

        @Override
        public @Nullable Known pin(String digest) {
            lock.lock();
            try {
                for (StoredImage i : state.images().values()) {
                    for (StoredImage.Blob b : i.layers()) {
                        if (b.digest().equals(digest)) {
                            digests.add(digest);
                            return new Known(b.size(), b.compression(), b.diffId(), b.uncompressed());
                        }
                    }
                }
                return null;
            } finally {
                lock.unlock();
            }
        }

        /** An image that has this manifest, with all its content; null if there is none. */
        @Nullable
        StoredImage pinImage(String manifestDigest) {
            lock.lock();
            try {
                for (StoredImage i : state.images().values()) {
                    if (i.manifest().digest().equals(manifestDigest)) {
                        digests.addAll(i.blobs());
                        return i;
                    }
                }
                return null;
            } finally {
                lock.unlock();
            }
        }

        /** Chooses images and pins all their content in one step. */
        Saver.Selection pinAll(Function<State, Saver.Selection> choice) {
            lock.lock();
            try {
                Saver.Selection chosen = choice.apply(state);
                chosen.images().forEach(i -> digests.addAll(i.blobs()));
                return chosen;
            } finally {
                lock.unlock();
            }
        }

        /** Content that an image lost meanwhile goes with the next collection. */
        @Override
        public void close() {
            lock.lock();
            try {
                pinned.remove(this);
                if (!state.live().containsAll(digests)) {
                    collect(state);
                }
            } catch (EngineException e) {
                LOG.warn("{}", e.message());
            } finally {
                lock.unlock();
            }
        }
    }
}

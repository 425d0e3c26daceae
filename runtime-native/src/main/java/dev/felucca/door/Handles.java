package dev.felucca.door;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Open descriptors (and other closeable objects of the door) that outlive the bundle that made them: a driver puts what
 * its successor will need, such as a namespace or a cgroup's descriptors, and the successor finds it by kind and id.
 * What is left is closed when the engine stops. Thread-safe.
 *
 * <p>A handle's class must be the JDK's, the API's or the door's: an object of a driver's own class would be useless to
 * its successor, and would keep the old build in memory. Others are refused as INVALID.
 */
@ProviderType
public interface Handles {
    /**
     * An entry.
     *
     * @param kind whose it is, such as {@code namespace.net}
     * @param id as a rule the container's
     * @param description the handle in words
     * @param since when it was put
     */
    record Entry(String kind, String id, String description, Instant since) {}

    /** Puts a handle, which is the table's from then on; CONFLICT (and the handle stays the caller's) if there is one. */
    void put(String kind, String id, AutoCloseable handle);

    /** Lends a handle; INTERNAL if it is of another class. It may be closed by whoever closes the entry. */
    <T extends AutoCloseable> Optional<T> get(String kind, String id, Class<T> type);

    /** Takes a handle out: it is the caller's again. */
    <T extends AutoCloseable> Optional<T> take(String kind, String id, Class<T> type);

    /** Closes and removes a handle; whether there was one. */
    boolean close(String kind, String id);

    /** All entries, by kind and id. */
    List<Entry> list();
}
